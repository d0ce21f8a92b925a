import type { IBinaryData, IBinaryKeyData, IHttpRequestOptions } from 'n8n-workflow';
import { isWebAddress } from '../../core/parameters';
import { success, type Outcome } from '../../core/fault';
import { lastFrameOf, mediaOf, type Job, type Media } from '../../core/job';
import type { Timing } from '../limits/clock';
import { codeOf, networkFault } from './networkFault';
import { retry, TRANSIENT } from './retry';
import { guarded, TOO_LONG, type BodyLimits, type OpenAnswer } from './body';
import { checkFile, mediaFault } from './mediaFile';
import type { Caller } from './send';

/** How long without any data until a try is given up, in milliseconds. */
export const IDLE_TIMEOUT_MS = 60_000;
/** A hundred times the size of the longest video of any model. */
const MAX_FILE_BYTES = 1024 ** 3;
/** The limits of a download. */
export const FILE_LIMITS: BodyLimits = { maxBytes: MAX_FILE_BYTES, idleMs: IDLE_TIMEOUT_MS };

/**
 * A file is streamed, so none is held completely. But processed data stays in memory until it is collected: for 40
 * videos of 25 MB, n8n needs 55 to 70 MB with one download at a time, up to 107 with two, and 110 with four.
 */
export const DOWNLOADS_AT_ONCE = 1;

type Headers = Record<string, string>;

/** A run, as far as a download uses it. */
export interface Downloading extends Timing {
	/** Opens the file of a job with the key; undefined if the file does not need it. */
	openFile?: (job: Job, headers: Headers) => Promise<Outcome<OpenAnswer>> | undefined;
}

/** Opens a file. It rejects with the error of n8n's client if there is no answer. */
type Opener = (headers: Headers) => Promise<Outcome<OpenAnswer>>;

/** Opens a file at its address. */
export const openerAt =
	(caller: Caller, { url }: Pick<Media, 'url'>): Opener =>
	(headers) =>
		openWithoutKey(caller, url, headers);

/** Opens the file of a job, with the key only if it needs it. */
export const openerOf =
	(caller: Caller, run: Downloading, job: Job): Opener =>
	(headers) =>
		run.openFile?.(job, headers) ?? openerAt(caller, mediaOf(job))(headers);

export type BinaryBody = Parameters<Caller['helpers']['prepareBinaryData']>[0];

/** The binary field of the last frame. */
const LAST_FRAME_FIELD = 'lastFrame';

/** Downloads the finished video or image, and the last frame if the job has it. */
export async function downloadMedia(
	caller: Caller,
	run: Downloading,
	job: Job,
	field: string,
): Promise<Outcome<IBinaryKeyData>> {
	const file = await downloadFile(caller, run, mediaOf(job), openerOf(caller, run, job));
	if (!file.ok) return file;
	const lastFrame = lastFrameOf(job);
	if (!lastFrame) return success({ [field]: file.value });
	const frame = await downloadFile(caller, run, lastFrame, openerAt(caller, lastFrame));
	return frame.ok ? success({ [LAST_FRAME_FIELD]: frame.value, [field]: file.value }) : frame;
}

/**
 * Streams a file into n8n's binary store, without the API key, because the address comes from a reply and may lead
 * anywhere. Only the provider's own call for a file has the key. Tries again if the connection breaks.
 */
async function downloadFile(
	caller: Caller,
	timing: Timing,
	media: Media,
	open: Opener,
): Promise<Outcome<IBinaryData>> {
	const downloadOnce = async (): Promise<Outcome<IBinaryData>> => {
		const opened = await openMedia(media, open);
		if (!opened.ok) return opened;
		const { body, headers } = opened.value;
		const mimeType = mimeTypeOf(opened.value, media);
		const file = await guarded(body, limitsOf(opened.value), timing, () =>
			caller.helpers.prepareBinaryData(body as BinaryBody, fileNameOf(media, mimeType), mimeType),
		);
		return await checkFile(caller, file, media, headers);
	};
	return await retry(() => downloadOnce().catch(faultIn), TRANSIENT, timing);
}

/**
 * Whether the file still exists at its address. Requests only its first byte.
 *
 * @returns a fault if that cannot be determined now
 */
export async function isMediaThere(
	timing: Timing,
	media: Media,
	open: Opener,
): Promise<Outcome<boolean>> {
	const readFirstByte = () => openMedia(media, open, { range: 'bytes=0-0' }).catch(faultIn);
	const opened = await retry(readFirstByte, TRANSIENT, timing);
	if (!opened.ok) return opened.fault.transient ? opened : success(false);
	opened.value.body.destroy?.();
	return success(true);
}

/** @throws the error of n8n's client if there is no answer */
async function openMedia(
	media: Media,
	open: Opener,
	more: Headers = {},
): Promise<Outcome<OpenAnswer>> {
	// Videos and images are already compressed, and the reported length must be that of the file.
	const headers = { 'accept-encoding': 'identity', ...more };
	const opened = await open(headers);
	if (!opened.ok) return mediaFault(opened.fault.message, opened.fault.transient);
	const answer = opened.value;
	if (answer.status === 206 && more.range) return opened;
	const refused = problemOf(answer, media);
	if (refused) answer.body.destroy?.();
	return refused ?? opened;
}

/** @throws the error of n8n's client if there is no answer */
export async function openWithoutKey(
	caller: Caller,
	url: string,
	headers: Headers,
): Promise<Outcome<OpenAnswer>> {
	if (!isWebAddress(url)) return mediaFault('The address of the file is not a web address');
	const options: IHttpRequestOptions = {
		method: 'GET',
		url,
		headers,
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: IDLE_TIMEOUT_MS,
	};
	type Answer = Omit<OpenAnswer, 'status'> & { statusCode: number };
	const answer = (await caller.helpers.httpRequest(options)) as Answer;
	return success({ ...answer, status: answer.statusCode });
}

function faultIn(error: unknown): ReturnType<typeof mediaFault> {
	if (codeOf(error) === TOO_LONG) return tooLarge;
	const { message } = networkFault({ name: 'The host of the file' }, error);
	return mediaFault(message, true);
}

function problemOf(
	{ status, headers }: OpenAnswer,
	{ kind, expiresAt }: Media,
): ReturnType<typeof mediaFault> | undefined {
	if ([403, 404, 410].includes(status)) {
		const since = expiresAt ? ` (it was kept until ${expiresAt})` : '';
		return mediaFault(`The address of the file does not work any more${since}`);
	}
	if (status !== 200) {
		const again = status === 429 || status >= 500;
		return mediaFault(`The download failed (HTTP ${status})`, again);
	}
	if (Number(headers['content-length']) > MAX_FILE_BYTES) return tooLarge;
	const type = headers['content-type'];
	const wanted = `^(${kind}/|application/(octet-stream|mp4)|binary/)`;
	if (typeof type === 'string' && !new RegExp(wanted, 'i').test(type)) {
		return mediaFault(`The address of the file leads to something else (${type.slice(0, 40)})`);
	}
	return undefined;
}

/** The default for servers that report no type: all providers make MP4, and images are usually PNG. */
function mimeTypeOf({ headers }: OpenAnswer, { kind }: Media): string {
	const header = headers['content-type'];
	const type = typeof header === 'string' ? header.replace(/;.*/s, '').trim() : '';
	if (type.startsWith('image/')) return type;
	return kind === 'video' ? 'video/mp4' : 'image/png';
}

/**
 * A file that is compressed on its way, although we asked for none, becomes longer than the reported length. It is
 * refused.
 */
function limitsOf({ headers }: OpenAnswer): BodyLimits {
	const length = Number(headers['content-length'] ?? NaN);
	return {
		...FILE_LIMITS,
		maxBytes: length >= 0 ? Math.min(length, MAX_FILE_BYTES) : MAX_FILE_BYTES,
	};
}

export function fileNameOf({ name }: Pick<Media, 'name'>, mimeType: string): string {
	const extension = mimeType.split('/')[1]?.replace('jpeg', 'jpg') ?? 'mp4';
	return `${name}.${extension}`.replace(/[^\w.-]+/g, '_');
}

const tooLarge = mediaFault(
	'The file is too large: more than 1 GB, or more than its host has announced',
);
