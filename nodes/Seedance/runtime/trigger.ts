import type {
	IDataObject,
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import type { Fault } from '../core/fault';
import {
	isSettled,
	newJob,
	rawOf,
	updateJob,
	withRaw,
	type Job,
	type JobReading,
	type JobStatus,
} from '../core/job';
import { shorten } from '../core/readers';
import { providerById } from '../providers';
import { answerProvider, readCallbackBody } from './callbackRequest';
import { openForCallback } from './callbackSession';
import { confirmJob } from './confirmJob';
import type { Session } from './session';
import { startMemory, type StartMemory } from './startMemory';
import { eachInWindow } from './window';

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

/** A callback that has passed the checks. */
interface Call {
	session: Session;
	body: unknown;
	said: JobReading[];
	isSigned: boolean;
}

/**
 * A provider's callback: checked, answered at once, and only then confirmed with the API. Each job that has settled as
 * the user wants it becomes one item, once.
 *
 * Never throws: n8n would start the workflow with the error.
 */
export async function receiveCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	let call: Call | 'forged' | 'nonsense' | 'later';
	try {
		call = await check(ctx);
	} catch {
		// What went wrong may hold a request, and so a key: it is not passed on. The provider may call again.
		call = 'later';
	}
	if (typeof call === 'string') {
		answerProvider(ctx, { forged: 401, nonsense: 400, later: 503 }[call], call);
		return { noWebhookResponse: true };
	}
	answerProvider(ctx, 200, 'ok');
	try {
		const items = await itemsOf(ctx, call);
		if (items.length > 0) return { noWebhookResponse: true, workflowData: [items] };
	} catch {
		ctx.logger.warn('Seedance Trigger: a callback could not be worked on and starts nothing');
	}
	return { noWebhookResponse: true };
}

async function check(ctx: IWebhookFunctions): Promise<Call | 'forged' | 'nonsense' | 'later'> {
	const provider = providerById(ctx.getNodeParameter('provider') as string);
	const opened = await openForCallback(ctx, provider);
	if (!opened.ok) {
		ctx.logger.warn(`Seedance Trigger: a callback was put off. ${opened.fault.message}`);
		return 'later';
	}
	const { session, sender } = opened.value;
	if (sender === 'forged') return 'forged';
	const body = readCallbackBody(ctx, session);
	const said = provider.callback?.jobsIn(body) ?? [];
	if (said.length === 0 || said.length > MAX_JOBS) return 'nonsense';
	return { session, body, said, isSigned: sender === 'signed' };
}

/** One item for each job that is to start the workflow, in the order of the callback. */
async function itemsOf(ctx: IWebhookFunctions, call: Call): Promise<INodeExecutionData[]> {
	const events = ctx.getNodeParameter('events', EVENTS) as readonly string[];
	const withRawBody = ctx.getNodeParameter('options.includeRawResponse', false) === true;
	const memory = startMemory(ctx);
	const jobs: Array<Job | undefined> = [];
	await eachInWindow(call.said, ASK_WIDTH, async (said, index) => {
		jobs[index] = await memory.inTurn(said.jobId, () =>
			startingJob(ctx, call, said, events, memory),
		);
		return 'continue';
	});
	return jobs
		.filter((job) => job !== undefined)
		.map((job) => {
			const json = { ...job } as unknown as IDataObject;
			if (withRawBody) json.raw = rawOf(job) as IDataObject;
			return { json };
		});
}

/** The job, settled and confirmed, if it is to start the workflow and has not done so before. */
async function startingJob(
	ctx: IWebhookFunctions,
	call: Call,
	said: JobReading,
	events: readonly string[],
	memory: StartMemory,
): Promise<Job | undefined> {
	if (memory.has(said)) return undefined;
	const job = await believedJob(ctx, call, said);
	if (!job || !isSettled(job) || !events.includes(job.status) || memory.has(job)) return undefined;
	memory.add(job);
	return job;
}

/**
 * The job as we believe it to be. By the body alone only where the provider has signed it, we understand it and the user
 * wants no more; or where the provider has signed it and cannot be asked.
 */
async function believedJob(
	ctx: IWebhookFunctions,
	{ session, body, isSigned }: Call,
	said: JobReading,
): Promise<Job | undefined> {
	const blank = newJob(said.jobId, session.provider.id);
	const byBody = withRaw(updateJob(blank, said), body);
	const isUnderstood = said.unknownStatus === undefined;
	const isEnough = ctx.getNodeParameter('verifyWithApi', true) === false;
	if (isSigned && isUnderstood && isEnough) return byBody;
	// What was sent along is known for sure only from those who signed; the API may leave it out.
	const known = isSigned ? { ...blank, model: byBody.model, metadata: byBody.metadata } : blank;
	const asked = await confirmJob(session, known, isSettled(said) || !isUnderstood);
	if (asked.ok) return asked.value;
	// "No such job" is the provider's word, too: an old callback that somebody sends again, for example.
	const isEmitted = isSigned && isSettled(said) && asked.fault.httpStatus !== 404;
	warn(ctx, said, asked.fault, isEmitted);
	return isEmitted ? byBody : undefined;
}

function warn(ctx: IWebhookFunctions, said: JobReading, fault: Fault, isEmitted: boolean): void {
	const end = isEmitted
		? 'it is signed, so it starts the workflow as it is'
		: 'it cannot be confirmed, so it starts nothing';
	ctx.logger.warn(
		`Seedance Trigger: a callback about the job ${shorten(said.jobId, 60)}: ${end}. ${fault.message}`,
	);
}
