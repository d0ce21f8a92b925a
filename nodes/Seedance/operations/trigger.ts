import type { IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isSettled, type Job, type JobReading, type JobStatus } from '../core/job';
import { aboutJob, believedJob, isClaim, isNoEnd } from '../runtime/callbacks/believedJob';
import { receive, type Callback } from '../runtime/callbacks/receive';
import { inTurn, startMemory, type StartMemory } from '../runtime/callbacks/startMemory';
import { startWorkflow, triggerOf } from '../runtime/callbacks/startWorkflow';
import { CALLS_AT_ONCE_IN_A_CALLBACK, forEachConcurrent } from '../runtime/limits/concurrent';

/**
 * Providers have no call that registers an address. The user pastes it there, so there is nothing to create or delete.
 */
export const triggerWebhooks: IWebhookDescription[] = [
	{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' },
];

/** The final states of a job that can start a workflow. */
export const EVENTS = ['completed', 'failed', 'cancelled'] as const satisfies JobStatus[];

/** More jobs than any batch has. A callback that names more is not a real one. */
const MAX_JOBS = 1_000;

/**
 * Handles a provider's callback. Each job with one of the chosen events becomes one item, once, after the API has
 * confirmed it.
 */
export async function receiveCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await receive(ctx, () => ({
		receiver: triggerOf(ctx),
		handle: (callback) => {
			const { readings, sender, body } = callback;
			// The provider is testing the address.
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
		ctx.logger.warn('Seedance Trigger: a callback could not be processed and starts nothing');
	}
	return { noWebhookResponse: true };
}

/** The jobs of a callback that should start the workflow, in the order of the callback. */
async function jobsToStart(
	ctx: IWebhookFunctions,
	callback: Callback,
	memory: StartMemory,
): Promise<Job[]> {
	const events = ctx.getNodeParameter('events', EVENTS) as readonly string[];
	const jobs: Array<Job | undefined> = [];
	await forEachConcurrent(
		callback.readings,
		CALLS_AT_ONCE_IN_A_CALLBACK,
		async (reading, index) => {
			try {
				jobs[index] = await inTurn(ctx, reading.jobId, isClaim(reading), (next) =>
					startingJob(ctx, callback, reading, { events, memory, next }),
				);
			} catch {
				// A failure with one job must not affect the others.
				ctx.logger.warn(`${aboutJob(reading)} could not be processed and starts nothing`);
			}
		},
	);
	return jobs.filter((job) => job !== undefined);
}

/** The job if it is settled, confirmed and one of the chosen events, and has not started the workflow before. */
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
