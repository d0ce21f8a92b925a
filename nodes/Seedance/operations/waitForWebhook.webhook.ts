import type {
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { isSettled, type Job, type JobReading } from '../core/job';
import { shorten } from '../core/parameters';
import { providerById } from '../providers';
import { isClaim } from '../runtime/callbacks/believedJob';
import {
	CALLBACK_PATH,
	executionOf,
	hasToken,
	knowsAddress,
	type ExecutionPlace,
} from '../runtime/callbacks/address';
import { readCallbackBody, replyOf, warnOfRefusal, type Reply } from '../runtime/callbacks/request';
import { openForCallback } from '../runtime/callbacks/session';
import { askAboutClaim } from '../runtime/callbacks/confirmJob';
import { examine, type Ring, type Said } from '../runtime/callbacks/coordinator';
import { jobFromItem } from '../runtime/items/jobFromItem';
import { selfCall } from '../runtime/callbacks/selfCall';
import { awaitedId, resumeItems, waitingItems } from '../runtime/callbacks/resumeItems';
import type { Session } from '../runtime/api/session';
import { deadlineOf } from '../runtime/callbacks/sleepContext';
import { readJob } from '../runtime/wait/waitForJob';
import { Waits } from '../runtime/callbacks/waits';

/** `onReceived` and an empty `responseData`: otherwise n8n answers the provider with a placeholder word. */
export const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: CALLBACK_PATH,
		responseMode: 'onReceived',
		responseData: '',
		restartWebhook: true,
	},
];

/** So long before the deadline, in milliseconds, an execution of n8n 1.x is left to n8n's timer. */
const TIMER_MS = 5_000;

/** Of this process. */
const waits = new Waits();

const REFUSALS = { forged: 401, nonsense: 400, later: 503 };
type Refusal = keyof typeof REFUSALS;

/** A callback that may be followed up. */
interface Callback {
	session: Session;
	place: ExecutionPlace;
	items: INodeExecutionData[];
	said: JobReading[];
}

/**
 * A callback has come in for an execution that waits. It is a doorbell, no more: it is checked and answered at once;
 * then the provider is asked, and only when every job is settled there does the execution go on.
 *
 * Never throws: n8n would wipe the execution's data. n8n keeps nothing between two callbacks, so the waiting items
 * themselves, stored at the suspension, say which jobs are awaited.
 */
export async function answerCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const reply = replyOf(ctx);
	let callback: Callback | Refusal;
	try {
		callback = await receive(ctx, reply);
	} catch {
		// What went wrong may hold a request, and so a key: it is not passed on. The provider may ring again.
		ctx.logger.warn(
			'Seedance: a callback was not followed up, because the credential could not be read',
		);
		callback = 'later';
	}
	if (typeof callback === 'string') {
		reply(REFUSALS[callback], callback);
		return { noWebhookResponse: true };
	}
	reply(200, 'ok');
	try {
		const output = await examine(waits, ringOf(ctx, callback));
		return { noWebhookResponse: true, ...(output ? { workflowData: [output] } : {}) };
	} catch {
		return { noWebhookResponse: true };
	}
}

async function receive(ctx: IWebhookFunctions, reply: Reply): Promise<Callback | Refusal> {
	const provider = providerById(ctx.getNodeParameter('provider') as string);
	const opened = await openForCallback(ctx, provider, { onDelay: () => reply(200, 'ok') });
	if (!opened.ok) {
		ctx.logger.warn(`Seedance: a callback was put off. ${opened.fault.message}`);
		return 'later';
	}
	const { session, sender } = opened.value;
	// n8n's token or ours in the address; and a signature as soon as the credential has a secret.
	const place = executionOf(ctx);
	if (!knowsAddress(ctx, place, session.settings) || sender === 'forged') {
		warnOfRefusal(ctx, session.clock.now());
		return 'forged';
	}
	const body = readCallbackBody(ctx, session);
	if (typeof body !== 'object' || body === null) return 'nonsense';
	const said = provider.callback?.jobsIn(body) ?? [];
	return { session, place, items: waitingItems(ctx), said };
}

function ringOf(
	ctx: IWebhookFunctions,
	{ session, place, items, said }: Callback,
): Ring<INodeExecutionData[]> {
	const awaited = new Map<string, INodeExecutionData>();
	for (const item of items) {
		const id = awaitedId(item);
		if (id !== undefined) awaited.set(id, item);
	}
	// Of its own, because the account's memory is limited.
	const settled = new Map<string, Job>();
	const settledJob = (id: string) => {
		const job = settled.get(id) ?? session.account.settledJobs.get(id);
		if (job) settled.set(id, job);
		return job;
	};
	const jobIds = [...awaited.keys()];
	const deadline = deadlineOf(ctx);
	return {
		// The jobs are part of it: a later wait of the same execution is another matter.
		wait: createHash('sha256')
			.update(`${place.id} ${jobIds.join(' ')}`)
			.digest('base64'),
		jobIds,
		named: said.map(({ jobId }) => jobId),
		claimed: said.filter(isClaim).map(({ jobId }) => jobId),
		clock: session.clock,
		isSettled: (id) => settledJob(id) !== undefined,
		ask: async (id, isNamed) => {
			const job = jobFromItem(awaited.get(id)?.json ?? {}, id, session.provider.id);
			return await ask(session, job, isNamed);
		},
		callOurselves: selfCall(ctx, session, place),
		// In n8n 1.x the timer and a callback that come together both let the execution go on.
		mayResume: () => session.clock.now() < deadline - (hasToken(place) ? 0 : TIMER_MS),
		resume: async () => await resumeItems(ctx, session, items, { settled: settledJob, deadline }),
		onTaken: () => session.account.settledJobs.forget(jobIds),
		onUnconfirmed: (ids) =>
			ctx.logger.warn(
				`Seedance: callbacks say that jobs have ended (${ids.map((id) => shorten(id, 60)).join(', ')}), but the provider, asked for minutes, does not. The execution goes on waiting.`,
			),
	};
}

/** What the provider itself says about a job; what is settled is remembered. */
async function ask(session: Session, job: Job, isNamed: boolean): Promise<Said> {
	const asked = await askAboutClaim(session.clock, isNamed, () => readJob(session, job));
	if (!asked.ok) return 'fault';
	if (!isSettled(asked.value)) return 'open';
	session.account.settledJobs.set(job.jobId, asked.value);
	return 'settled';
}
