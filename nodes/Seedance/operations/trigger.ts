import type { IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isSettled, type Job, type JobReading, type JobStatus } from '../core/job';
import { providerById } from '../providers';
import { aboutJob, believedJob, isClaim, type Call } from '../runtime/callbacks/believedJob';
import { readCallbackBody, replyOf, warnOfRefusal, type Reply } from '../runtime/callbacks/request';
import { openForCallback } from '../runtime/callbacks/session';
import { startMemory, type StartMemory } from '../runtime/callbacks/startMemory';
import { startWorkflow } from '../runtime/callbacks/startWorkflow';
import { forEachConcurrent } from '../runtime/limits/concurrent';

/** The providers have no call that registers an address: the user pastes it, so there is nothing to create or delete. */
export const triggerWebhooks: IWebhookDescription[] = [
	{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' },
];

/** The ends of a job that can start a workflow. */
export const EVENTS = ['completed', 'failed', 'cancelled'] as const satisfies JobStatus[];

/** More than any batch has: who names more does not want to tell us something. */
const MAX_JOBS = 1_000;
/** So many questions under way at once for one callback; the request budget sets the pace. */
const ASK_WIDTH = 5;

/** `ping`: signed by the provider, but about no job: it tries the address out. */
type Refusal = 'forged' | 'nonsense' | 'later' | 'ping';
const ANSWERS = { forged: 401, nonsense: 400, later: 503, ping: 200 };

/**
 * A provider's callback: checked, answered at once, and only then confirmed with the API. Each job that has settled as
 * the user wants it becomes one item, once.
 *
 * Never throws: n8n would start the workflow with the error.
 */
export async function receiveCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const reply = replyOf(ctx);
	const call = await checked(ctx, reply);
	if (typeof call === 'string') {
		reply(ANSWERS[call], call === 'ping' ? 'ok' : call);
		return { noWebhookResponse: true };
	}
	reply(200, 'ok');
	const memory = startMemory(ctx);
	let jobs: Job[] = [];
	try {
		jobs = await jobsToStart(ctx, call, memory);
		if (jobs.length > 0) return startWorkflow(ctx, call.session, jobs, memory);
	} catch {
		memory.fail(jobs);
		ctx.logger.warn('Seedance Trigger: a callback could not be worked on and starts nothing');
	}
	return { noWebhookResponse: true };
}

async function checked(ctx: IWebhookFunctions, reply: Reply): Promise<Call | Refusal> {
	try {
		return await check(ctx, reply);
	} catch {
		// What went wrong may hold a request, and so a key: it is not passed on. The provider may call again.
		ctx.logger.warn(
			'Seedance Trigger: a callback starts nothing, because the credential could not be read',
		);
		return 'later';
	}
}

async function check(ctx: IWebhookFunctions, reply: Reply): Promise<Call | Refusal> {
	const provider = providerById(ctx.getNodeParameter('provider') as string);
	const opened = await openForCallback(ctx, provider, { onDelay: () => reply(200, 'ok') });
	if (!opened.ok) {
		ctx.logger.warn(`Seedance Trigger: a callback was put off. ${opened.fault.message}`);
		return 'later';
	}
	const { session, sender } = opened.value;
	if (sender === 'forged') {
		warnOfRefusal(ctx, session.clock.now());
		return 'forged';
	}
	const body = readCallbackBody(ctx, session);
	const said = provider.callback?.jobsIn(body) ?? [];
	const isSigned = sender === 'signed';
	if (said.length === 0 && isSigned && isRecord(body)) return 'ping';
	if (said.length === 0 || said.length > MAX_JOBS) return 'nonsense';
	return { session, body, said, isSigned };
}

const isRecord = (body: unknown): boolean =>
	typeof body === 'object' && body !== null && !Array.isArray(body);

/** Those jobs of a callback that are to start the workflow, in its order. */
async function jobsToStart(
	ctx: IWebhookFunctions,
	call: Call,
	memory: StartMemory,
): Promise<Job[]> {
	const events = ctx.getNodeParameter('events', EVENTS) as readonly string[];
	const jobs: Array<Job | undefined> = [];
	await forEachConcurrent(call.said, ASK_WIDTH, async (said, index) => {
		try {
			jobs[index] = await memory.inTurn(said.jobId, isClaim(said), (next) =>
				startingJob(ctx, call, said, { events, memory, next }),
			);
		} catch {
			// One job that cannot be worked on is no reason to leave out the others.
			ctx.logger.warn(`${aboutJob(said)} could not be worked on and starts nothing`);
		}
		return 'continue';
	});
	return jobs.filter((job) => job !== undefined);
}

/** The job, settled and confirmed, if it is to start the workflow and has not done so before. */
async function startingJob(
	ctx: IWebhookFunctions,
	call: Call,
	said: JobReading,
	rules: { events: readonly string[]; memory: StartMemory; next: Promise<void> },
): Promise<Job | undefined> {
	const { events, memory, next } = rules;
	if (memory.has(said)) return undefined;
	const job = await believedJob(ctx, call, said, next);
	if (!job || !isSettled(job) || !events.includes(job.status) || memory.has(job)) return undefined;
	memory.add(job);
	return job;
}
