import type { IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isSettled, type Job, type JobReading, type JobStatus } from '../core/job';
import { aboutJob, believedJob, isClaim, isNoEnd } from '../runtime/callbacks/believedJob';
import { receive, type Callback } from '../runtime/callbacks/receive';
import { startMemory, type StartMemory } from '../runtime/callbacks/startMemory';
import { startWorkflow, triggerOf } from '../runtime/callbacks/startWorkflow';
import { forEachConcurrent } from '../runtime/limits/concurrent';

/** The providers have no call that registers an address: the user pastes it, so there is nothing to create or delete. */
export const triggerWebhooks: IWebhookDescription[] = [
	{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' },
];

/** The ends of a job that can start a workflow. */
export const EVENTS = ['completed', 'failed', 'cancelled'] as const satisfies JobStatus[];

/** More than any batch has: who names more does not want to tell us something. */
const MAX_JOBS = 1_000;
/** Status requests of one callback that are under way at once; the rate limiter sets the pace. */
const ASK_WIDTH = 5;

/**
 * A provider's callback. Each job that has settled as the user wants it becomes one item, once, after the API has
 * confirmed it.
 */
export async function receiveCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await receive(ctx, () => ({
		receiver: triggerOf(ctx),
		admit: (callback) => {
			const { readings, sender, body } = callback;
			// The provider tries the address out.
			if (readings.length === 0 && sender === 'signed' && isRecord(body)) return 'ok';
			if (readings.length === 0 || readings.length > MAX_JOBS) return 'nonsense';
			if (isNoEnd(callback)) return 'ok';
			return () => start(ctx, callback);
		},
	}));
}

const isRecord = (body: unknown): boolean =>
	typeof body === 'object' && body !== null && !Array.isArray(body);

async function start(ctx: IWebhookFunctions, callback: Callback): Promise<IWebhookResponseData> {
	const memory = startMemory(ctx);
	let jobs: Job[] = [];
	try {
		jobs = await jobsToStart(ctx, callback, memory);
		if (jobs.length > 0) return startWorkflow(ctx, callback, jobs, memory);
	} catch {
		memory.fail(jobs);
		ctx.logger.warn('Seedance Trigger: a callback could not be worked on and starts nothing');
	}
	return { noWebhookResponse: true };
}

/** Those jobs of a callback that are to start the workflow, in its order. */
async function jobsToStart(
	ctx: IWebhookFunctions,
	callback: Callback,
	memory: StartMemory,
): Promise<Job[]> {
	const events = ctx.getNodeParameter('events', EVENTS) as readonly string[];
	const jobs: Array<Job | undefined> = [];
	await forEachConcurrent(callback.readings, ASK_WIDTH, async (reading, index) => {
		try {
			jobs[index] = await memory.inTurn(reading.jobId, isClaim(reading), (next) =>
				startingJob(ctx, callback, reading, { events, memory, next }),
			);
		} catch {
			// One job that cannot be worked on is no reason to leave out the others.
			ctx.logger.warn(`${aboutJob(reading)} could not be worked on and starts nothing`);
		}
		return 'continue';
	});
	return jobs.filter((job) => job !== undefined);
}

/** The job, settled and confirmed, if it is to start the workflow and has not done so before. */
async function startingJob(
	ctx: IWebhookFunctions,
	callback: Callback,
	reading: JobReading,
	rules: { events: readonly string[]; memory: StartMemory; next: Promise<void> },
): Promise<Job | undefined> {
	const { events, memory, next } = rules;
	if (memory.has(reading)) return undefined;
	const job = await believedJob(ctx, callback, reading, next);
	if (!job || !isSettled(job) || !events.includes(job.status) || memory.has(job)) return undefined;
	memory.add(job);
	return job;
}
