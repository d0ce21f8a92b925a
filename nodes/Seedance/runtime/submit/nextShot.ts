import { failure, inputFault, success, type Fault, type Outcome } from '../../core/fault';
import { lastFrameOf, type Job } from '../../core/job';
import { faultOfJob, withJobId } from '../../core/jobFault';
import { isMediaThere, openerAt } from '../api/download';
import type { ItemRun } from '../items/run';
import { NOT_STARTED } from '../items/output';
import type { ItemResult } from '../items/result';
import { readJob } from '../wait/waitForJob';
import type { Past } from './earlier';
import { endedInVain, type SubmitRecord } from './memory';
import { notSubmitted } from './notSubmitted';
import type { GenerateItem } from './readItem';
import type { RunOptions } from './runOptions';

/** An item that can be submitted now, or what is output instead. */
type Next = { item: GenerateItem } | { result: ItemResult };

/**
 * Prepares items that continue others: puts the last frame of the video before into the request. If that video was not
 * completed, the group stops there: nothing more of it is submitted.
 *
 * @param items the items of the run, by index
 */
export function shotsOf(
	context: Past & { plan: Pick<RunOptions, 'shots'> },
	run: ItemRun,
	items: ReadonlyArray<Outcome<GenerateItem>>,
) {
	const { memory, session, plan } = context;
	/** Completed by an earlier try or execution: the addresses of their files may have expired. */
	const earlier = new Set(
		items.flatMap((item) => (item.ok && completedJobOf(context, item.value) ? [item.value] : [])),
	);
	/** Why a group has stopped, by the index of each item that it has stopped at. */
	const stops = new Map<number, Fault>();

	const frameOf = async (index: number): Promise<Outcome<string>> => {
		const stop = stops.get(index);
		if (stop) return failure(stop);
		const item = items[index];
		if (!item?.ok) return failure(stoppedAt(index, item?.fault));
		const job = completedJobOf(context, item.value);
		if (!job) return failure(stoppedAt(index, faultOf(run.results[index])));
		const frame = await frameUrlOf(context, job, earlier.has(item.value));
		return frame.ok ? frame : failure(stoppedAt(index, withJobId(frame.fault, job.jobId)));
	};

	return async (index: number, item: GenerateItem): Promise<Next> => {
		const before = plan.shots[index]?.before;
		if (before === undefined || item.reused || isSubmitted(item, memory.of(item.memoryKey))) {
			return { item };
		}
		if (session.signal.aborted) return { result: NOT_STARTED };
		const frame = await frameOf(before);
		if (frame.ok) return { item: { ...item, request: { ...item.request, imageUrl: frame.value } } };
		stops.set(index, frame.fault);
		const previous = run.results[before];
		const isError = item.onJobFailure === 'error' || (previous && 'fault' in previous);
		return { result: isError ? frame : notSubmitted(session.provider.id, item, frame.fault) };
	};
}

/** Whether an earlier try has submitted the item, or may have. It is taken up as it was, without a new frame. */
function isSubmitted({ isShared }: GenerateItem, record: SubmitRecord | undefined): boolean {
	if (!record) return false;
	// A failed job under a shared key may be made again.
	return !(isShared && record.job && endedInVain(record.job));
}

function completedJobOf({ memory }: Past, item: GenerateItem): Job | undefined {
	const job = item.reused ?? memory.of(item.memoryKey)?.job;
	return job?.status === 'completed' ? job : undefined;
}

/**
 * The address of the last frame. If it comes from an earlier try or execution and does not work any more, the provider
 * is asked for the job once more, because it may give a new address.
 */
async function frameUrlOf(
	{ ctx, session }: Past,
	job: Job,
	isEarlier: boolean,
): Promise<Outcome<string>> {
	const workingFrameOf = async (known: Job): Promise<Outcome<string | undefined>> => {
		const media = lastFrameOf(known);
		if (!media || !isEarlier) return success(media?.url);
		const there = await isMediaThere(session, media, openerAt(ctx, media));
		return there.ok ? success(there.value ? media.url : undefined) : there;
	};
	const known = await workingFrameOf(job);
	if (!known.ok) return known;
	if (known.value !== undefined) return success(known.value);
	const asked = await readJob(session, job);
	if (!asked.ok) return asked;
	const frame = await workingFrameOf(asked.value);
	if (!frame.ok) return frame;
	if (frame.value !== undefined) return success(frame.value);
	return failure(job.lastFrameUrl === null ? NO_FRAME : FRAME_EXPIRED);
}

const NO_FRAME = inputFault('The provider returned no last frame');
const FRAME_EXPIRED = inputFault('The address of the last frame does not work any more');

/** Why a video was not completed. */
function faultOf(result: ItemResult | undefined): Fault | undefined {
	if (!result) return undefined;
	if ('fault' in result) return withJobId(result.fault, result.jobId);
	return 'job' in result ? faultOfJob(result.job) : undefined;
}

/** The fault of the items after the one at which their group has stopped. */
function stoppedAt(index: number, fault: Fault | undefined): Fault {
	const why = fault ? `: ${fault.message}` : '';
	return {
		...inputFault(
			`Nothing was submitted for this item, because its group stopped at item ${index}${why}`,
		),
		code: 'group_stopped',
	};
}
