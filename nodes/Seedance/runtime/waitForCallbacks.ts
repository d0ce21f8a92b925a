import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { isSettled, rawOf, updateJob, withRaw, type Job } from '../core/job';
import { providerById } from '../providers';
import { oneAtATime } from './callbackTurns';
import { executionId, knowsAddress } from './callbackAddress';
import { answerProvider, readCallbackBody, senderOf } from './callbackRequest';
import { downloadMedia } from './download';
import { faultOfJob } from './items';
import { jobOfItem } from './knownJob';
import { openSession, type Session } from './session';
import { readJob } from './waitForJob';

/** How the provider is answered, in HTTP. */
type Answer = 'stay' | 'forged' | 'nonsense' | 'later' | { resume: INodeExecutionData[] };

/** A callback may be faster than the provider's own status: so long, in milliseconds, we ask again. */
const CLAIM_PAUSES_MS = [1_000, 2_000];

/**
 * A callback has come in for an execution that waits. It is a doorbell, no more: checked, then the provider is asked for
 * every job that is not known to be settled, and only when all are does the execution go on.
 *
 * Never throws: n8n would wipe the execution's data. Stateless, because n8n keeps nothing between two callbacks: the
 * waiting items themselves, stored at the suspension, say which jobs are awaited.
 */
export async function answerCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	let answer: Answer;
	try {
		answer = await ring(ctx);
	} catch {
		// What went wrong may hold a request, and so a key: it is not passed on. The provider may ring again.
		answer = 'later';
	}
	if (typeof answer === 'object') return { workflowData: [answer.resume] };
	if (answer === 'stay') return { webhookResponse: 'ok' };
	const status = { forged: 401, nonsense: 400, later: 503 }[answer];
	answerProvider(ctx, status, answer);
	return { noWebhookResponse: true };
}

async function ring(ctx: IWebhookFunctions): Promise<Answer> {
	const provider = providerById(ctx.getNodeParameter('provider') as string);
	const opened = await openSession(ctx, provider);
	if (!opened.ok) return 'later';
	const session = opened.value;
	if (!isTrusted(ctx, session)) return 'forged';
	const body = readCallbackBody(ctx);
	if (typeof body !== 'object' || body === null) return 'nonsense';
	const items = waitingItems(ctx);
	// The jobs are part of the lock: a later wait of the same execution is another matter.
	const lock = [executionId(ctx), ...items.map((item) => jobIdOf(item) ?? '')].join(' ');
	const turn = await oneAtATime(lock, session.clock, async () => {
		const jobs: Job[] | 'stay' | 'later' = await settledJobs(
			session,
			items,
			provider.callback?.jobsIn(body)[0]?.jobId,
		);
		return Array.isArray(jobs) ? { resume: await outputOf(ctx, session, items, jobs) } : jobs;
	});
	return turn ?? 'stay';
}

/** n8n's token or ours in the address; and, as soon as the credential has a secret, a signature over the raw body. */
function isTrusted(ctx: IWebhookFunctions, session: Session): boolean {
	return knowsAddress(ctx, session.settings) && senderOf(ctx, session) !== 'forged';
}

function waitingItems(ctx: IWebhookFunctions): INodeExecutionData[] {
	const items = ctx.evaluateExpression('{{ $input.all() }}', 0) as unknown as INodeExecutionData[];
	// Copied, because expressions hand out views of n8n's own data.
	return JSON.parse(JSON.stringify(items)) as INodeExecutionData[];
}

/** Every awaited job, settled; or how to answer because one is not. The job that rang is asked first. */
async function settledJobs(
	session: Session,
	items: INodeExecutionData[],
	rangFor: string | undefined,
): Promise<Job[] | 'stay' | 'later'> {
	const jobs = items.map((item) => jobOfItem(item.json, jobIdOf(item) ?? '', session.provider.id));
	const order = jobs
		.map((_, index) => index)
		.filter((index) => isAwaited(items[index]!))
		.sort((a, b) => Number(jobs[b]!.jobId === rangFor) - Number(jobs[a]!.jobId === rangFor));
	for (const index of order) {
		const job = jobs[index]!;
		const outcome = await confirm(session, job, job.jobId === rangFor);
		if (!outcome) return 'later';
		if (!isSettled(outcome)) return 'stay';
		jobs[index] = outcome;
	}
	return jobs;
}

/** Items that failed before the wait carry no job; those settled before it are stored as such. */
function isAwaited(item: INodeExecutionData): boolean {
	const status = item.json.status as Job['status'];
	return jobIdOf(item) !== undefined && !isSettled({ status });
}

function jobIdOf({ json }: INodeExecutionData): string | undefined {
	return typeof json.jobId === 'string' && 'status' in json ? json.jobId : undefined;
}

/** What the provider itself says about a job; undefined where it cannot be asked now. */
async function confirm(session: Session, job: Job, claimed: boolean): Promise<Job | undefined> {
	const known = session.account.settledJobs.get(job.jobId);
	if (known) return withRaw(updateJob(job, known), rawOf(known));
	for (const pauseMs of [...(claimed ? CLAIM_PAUSES_MS : []), undefined]) {
		const outcome = await readJob(session, job);
		if (!outcome.ok) return undefined;
		if (isSettled(outcome.value)) session.account.settledJobs.set(job.jobId, outcome.value);
		if (isSettled(outcome.value) || pauseMs === undefined) return outcome.value;
		await session.clock.sleep(pauseMs);
	}
	return undefined;
}

/** One item per waiting item, in the same order: n8n pairs them by position. */
async function outputOf(
	ctx: IWebhookFunctions,
	session: Session,
	items: INodeExecutionData[],
	jobs: Job[],
): Promise<INodeExecutionData[]> {
	const download = ctx.getNodeParameter('downloadVideo', false) as boolean;
	const field = ctx.getNodeParameter('binaryField', 'video') as string;
	const onJobFailure = ctx.getNodeParameter('onJobFailure', 'return') as string;
	const withRawBody = ctx.getNodeParameter('options.includeRawResponse', false) === true;
	const output: INodeExecutionData[] = [];
	for (const [index, item] of items.entries()) {
		const job = jobs[index]!;
		const next: INodeExecutionData = { ...item, pairedItem: { item: index } };
		output.push(next);
		if (jobIdOf(item) === undefined) continue;
		next.json = { ...item.json, ...(job as unknown as IDataObject) };
		// A job that was settled before the wait has its body in the stored item.
		if (withRawBody) next.json.raw = (rawOf(job) ?? item.json.raw ?? null) as IDataObject;
		const fault = onJobFailure === 'error' ? faultOfJob(job) : undefined;
		if (fault) next.json = { error: fault.message };
		if (!download || job.status !== 'completed' || next.binary?.[field]) continue;
		const video = await downloadMedia(ctx, session, job, field);
		if (video.ok) next.binary = { ...item.binary, ...video.value };
		else next.json.failure = { code: 'download_failed', message: video.fault.message };
	}
	return output;
}
