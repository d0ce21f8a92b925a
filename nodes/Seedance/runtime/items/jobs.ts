import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Fault, type Outcome } from '../../core/fault';
import { jobFrom, type Job } from '../../core/job';
import { faultOfJob } from '../../core/jobFault';
import type { Model } from '../../core/model';
import type { Provider } from '../../core/provider';
import { providers } from '../../providers';
import { downloadMedia } from '../api/download';
import { readOutputOptions, readParameter, type OnJobFailure, type OutputOptions } from './output';
import type { ItemResult, PlainResult } from './result';
import { firstParameter, textOr } from './options';
import type { Caller } from '../api/send';
import type { Session } from '../api/session';

/** What happens to a job that has ended. */
export interface EndOptions {
	downloadVideo: boolean;
	binaryField: string;
	onJobFailure: OnJobFailure;
}

/** The same, and what the output contains besides the job. */
export interface JobOptions extends EndOptions {
	output: OutputOptions;
}

/** The options of Check Status and Wait for Webhook. */
export const readJobOptions = (ctx: Caller): JobOptions => ({
	downloadVideo: firstParameter(ctx, 'downloadVideo', false) === true,
	binaryField: textOr(firstParameter(ctx, 'binaryField', 'video'), 'video'),
	onJobFailure: firstParameter(ctx, 'onJobFailure', 'return') as OnJobFailure,
	output: readOutputOptions(firstParameter(ctx, 'options', {}) as IDataObject),
});

/**
 * What is done with a failed job if the user has not chosen it. A node that has slept cannot fail any more, so the job is
 * output there.
 */
const usualEndOf = (afterSubmit: string): OnJobFailure =>
	afterSubmit === 'sleep' ? 'return' : 'error';

/** The parameter of Generate Video or Generate Image that decides whether the file is downloaded. */
export const downloadField = (makes: Model['makes']): string =>
	makes === 'video' ? 'downloadVideo' : 'downloadImage';

/**
 * What Generate Video or Generate Image does with a job that has ended.
 *
 * @param download the value of `downloadField`
 */
export const endOptions = (
	makes: Model['makes'],
	options: IDataObject,
	download: unknown,
	afterSubmit: string,
): EndOptions => ({
	downloadVideo: download === true,
	binaryField: textOr(options.binaryField, makes),
	onJobFailure: (options.onJobFailure ?? usualEndOf(afterSubmit)) as OnJobFailure,
});

/** The options of Generate Video and Generate Image when the execution sleeps there. */
export const readSleepOptions =
	(makes: Model['makes']) =>
	(ctx: Caller): JobOptions => {
		const options = firstParameter(ctx, 'options', {}) as IDataObject;
		const download = firstParameter(ctx, downloadField(makes), false);
		return {
			...endOptions(makes, options, download, 'sleep'),
			output: readOutputOptions(options),
		};
	};

/**
 * An item that an earlier node has refused and passed on as an error. It has no job, and it must not prevent the others
 * from getting theirs. It is passed on unchanged.
 */
export function refusedBefore(ctx: IExecuteFunctions, itemIndex: number): PlainResult | undefined {
	const json = ctx.getInputData()[itemIndex]?.json;
	if (!json?.error) return undefined;
	const jobId = readParameter(ctx, 'jobId', itemIndex);
	const hasJob = jobId.ok && typeof jobId.value === 'string' && jobId.value.trim() !== '';
	return hasJob ? undefined : { json };
}

/** The job of an item, with everything that the item already contains about it. */
export function readJobOf(
	ctx: IExecuteFunctions,
	{ provider }: Session,
	itemIndex: number,
): Outcome<Job> {
	const jobId = readParameter(ctx, 'jobId', itemIndex);
	if (!jobId.ok) return jobId;
	const id = typeof jobId.value === 'string' ? jobId.value.trim() : '';
	if (id === '') {
		return failure(
			inputFault(
				'Job ID: an empty value is not possible. Allowed: the ID that Generate Video gave, such as task_abc123def456.',
			),
		);
	}
	const model = readParameter(ctx, 'model', itemIndex);
	if (!model.ok) return model;
	const json = ctx.getInputData()[itemIndex]?.json ?? {};
	const wrong = wrongProvider(json, id, provider);
	if (wrong) return failure(wrong);
	const job = jobFromItem(json, id, provider.id);
	const chosen = typeof model.value === 'string' && model.value !== '' ? model.value : job.model;
	return success({ ...job, model: chosen });
}

/**
 * A fault for an item whose job belongs to another provider. Only that provider knows the job, so no request is sent.
 */
function wrongProvider(
	json: IDataObject,
	jobId: string,
	asked: Pick<Provider, 'id' | 'name'>,
): Fault | undefined {
	const owner = providers.find(({ id }) => id === json.provider);
	if (json.jobId !== jobId || !owner || owner.id === asked.id) return undefined;
	return inputFault(
		`The job ${jobId} was made with ${owner.name}, but this node asks ${asked.name}`,
		`Choose "${owner.name}" in "Provider". Where the items come from several providers, give each provider a node of its own.`,
	);
}

/**
 * What is known of a job before the first request: everything, if the item is the output of one of our nodes. An item
 * about something else may have fields of the same names.
 */
export const jobFromItem = (json: IDataObject, jobId: string, providerId: string): Job =>
	jobFrom(json.jobId === jobId ? json : {}, jobId, providerId);

/** Whether the file of a job is downloaded. One that only the key opens is of no use to anybody but this node. */
export const isDownloaded = (
	{ provider }: Pick<Session, 'provider'>,
	job: Job,
	{ downloadVideo }: Pick<EndOptions, 'downloadVideo'>,
): boolean => job.status === 'completed' && (downloadVideo || provider.file?.(job) !== undefined);

/**
 * The last step of an item: turns a failed job into a fault, and downloads the finished video, if the user wants that.
 */
export async function finish(
	ctx: IExecuteFunctions,
	session: Session,
	job: Job,
	options: EndOptions,
): Promise<ItemResult> {
	const { jobId } = job;
	// When a run is stopped, the item keeps what is known of the job instead of becoming an error.
	if (session.signal.aborted) return { job };
	const unwanted = options.onJobFailure === 'error' ? faultOfJob(job) : undefined;
	if (unwanted) return { fault: unwanted, jobId };
	if (!isDownloaded(session, job, options)) return { job };
	const download = () => downloadMedia(ctx, session, job, options.binaryField);
	const video = await session.downloads.run(download, session);
	if (typeof video === 'string') return { job };
	return video.ok ? { job, binary: video.value } : { fault: video.fault, jobId };
}
