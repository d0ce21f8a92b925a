import type { IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { inputFault, type Fault } from '../../core/fault';
import { isSettled, rawOf, updateJob, type Job } from '../../core/job';
import { DOWNLOADS_AT_ONCE, downloadMedia, type Downloading } from '../api/download';
import { faultOfJob } from '../../core/jobFault';
import { errorJson } from '../items/errors';
import { isDownloaded, jobFromItem, type JobOptions } from '../items/jobs';
import type { Session } from '../api/session';
import { forEachConcurrent } from '../limits/concurrent';

/** The items as they were stored when the execution began to wait. They are all that is stored about a wait. */
export function waitingItems(ctx: IWebhookFunctions): INodeExecutionData[] {
	const items = ctx.evaluateExpression('{{ $input.all() }}', 0) as unknown as INodeExecutionData[];
	// Copied, because expressions return views of n8n's own data.
	return JSON.parse(JSON.stringify(items)) as INodeExecutionData[];
}

/**
 * The ID of the job that an item waits for. Undefined if the item failed before the wait or its job was already
 * settled: the stored item is final then.
 */
export function awaitedId({ json }: INodeExecutionData): string | undefined {
	if (typeof json.jobId !== 'string' || !('status' in json)) return undefined;
	return isSettled({ status: json.status as Job['status'] }) ? undefined : json.jobId;
}

/**
 * How long before the deadline downloads are stopped, in milliseconds. In a short wait, they are stopped at half of the
 * remaining time. At the deadline n8n resumes with the stored items, whatever has been downloaded by then; n8n 1.x then
 * resumes even a second time.
 */
const RESERVE_MS = 30_000;

const NO_TIME = inputFault(
	'"Limit Wait" was almost over, so the file was not downloaded. Its address works for a while, and Check Status can download it',
);

/**
 * The output of the resumed execution: one item for each waiting item, in the same order, because n8n pairs them by
 * position.
 *
 * @param settled the settled jobs, by ID
 * @param options also when n8n resumes the execution by itself, in Unix milliseconds
 */
export async function resumeItems(
	ctx: IWebhookFunctions,
	session: Session,
	items: readonly INodeExecutionData[],
	settled: ReadonlyMap<string, Job>,
	{ deadline, ...options }: JobOptions & { deadline: number },
): Promise<INodeExecutionData[]> {
	const { timing, release } = fetchingTime(session, deadline);
	const output: INodeExecutionData[] = [];
	await forEachConcurrent(items, DOWNLOADS_AT_ONCE, async (item, index) => {
		output[index] = { ...item, pairedItem: { item: index } };
		const id = awaitedId(item);
		const known = id === undefined ? undefined : settled.get(id);
		if (known) {
			const stored = jobFromItem(item.json, known.jobId, session.provider.id);
			// Without a charge, a job that has not been made may be charged all the same.
			const isCostUnknown = known.creditsCharged === null && known.status !== 'completed';
			const job = updateJob(stored, { ...known, isCostUnknown }, rawOf(known));
			const wanted = { ...options, downloadVideo: isDownloaded(session, job, options) };
			Object.assign(output[index], await resumed(ctx, timing, item, job, wanted));
		}
	}).finally(release);
	return output;
}

/** The signal is aborted some time before the deadline. */
function fetchingTime({ clock, signal, openFile }: Downloading, deadline: number) {
	const leftMs = deadline - clock.now();
	const [late, done] = [new AbortController(), new AbortController()];
	const sleeping = clock.sleep(leftMs - Math.min(RESERVE_MS, leftMs / 2), done.signal);
	void sleeping.then(() => late.abort());
	const together = AbortSignal.any([signal, late.signal]);
	const timing: Downloading = { clock, signal: together, openFile };
	return { timing, release: () => done.abort() };
}

async function resumed(
	ctx: IWebhookFunctions,
	timing: Downloading,
	item: INodeExecutionData,
	job: Job,
	{ downloadVideo, binaryField, onJobFailure, output }: JobOptions,
): Promise<Pick<INodeExecutionData, 'json' | 'binary'>> {
	const unwanted = onJobFailure === 'error' ? faultOfJob(job) : undefined;
	const errorItem = (fault: Fault) => ({ json: errorJson(ctx, { fault, jobId: job.jobId }) });
	if (unwanted) return errorItem(unwanted);
	const json: IDataObject = { ...item.json, ...(job as unknown as IDataObject) };
	// The reply about a job that was settled before the wait is in the stored item.
	if (output.includeRawResponse) json.raw = (rawOf(job) ?? item.json.raw ?? null) as IDataObject;
	if (!downloadVideo) return { json };
	const { signal } = timing;
	const video = signal.aborted ? undefined : await downloadMedia(ctx, timing, job, binaryField);
	if (video?.ok) return { json, binary: { ...item.binary, ...video.value } };
	const fault = video && !signal.aborted ? video.fault : NO_TIME;
	if (onJobFailure === 'error') return errorItem(fault);
	json.failure = { code: 'download_failed', message: fault.message };
	return { json };
}
