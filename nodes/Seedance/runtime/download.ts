import type { IBinaryData, IBinaryKeyData, IHttpRequestOptions } from 'n8n-workflow';
import { isWebAddress } from '../core/readers';
import { failure, success, type Fault, type Outcome } from '../core/fault';
import { mediaUrlOf, type Job } from '../core/job';
import type { Clock } from './clock';
import { codeOf, networkFault } from './networkFault';
import { retryPassing } from './retry';
import type { Session } from './session';
import { guarded, readText, TOO_LONG, type Body, type BodyLimits } from './body';
import type { Caller } from './wire';

/** Silence on the line, in milliseconds, after which a try is given up. */
const IDLE_TIMEOUT_MS = 60_000;
/** A hundred times the longest video that any of the models makes. */
const MAX_FILE_BYTES = 1024 ** 3;
/** For a file that comes in. */
export const FILE_LIMITS: BodyLimits = { maxBytes: MAX_FILE_BYTES, idleMs: IDLE_TIMEOUT_MS };

/**
 * Streams, so none is held whole; but what has passed through stays until it is collected: one after the other, 40 videos of
 * 25 MB cost n8n 55 to 70 MB, two at a time up to 107, four 110.
 */
export const DOWNLOADS_AT_ONCE = 1;

interface MediaAnswer {
	statusCode: number;
	headers: Record<string, unknown>;
	body: Body;
}

export type BinaryBody = Parameters<Caller['helpers']['prepareBinaryData']>[0];

/**
 * Streams a finished video or image into n8n's binary store, without the API key: the address comes from a reply and may lead
 * anywhere. Tries again when the connection breaks.
 */
export async function downloadMedia(
	caller: Caller,
	{ clock }: Pick<Session, 'clock'>,
	job: Job,
	field: string,
): Promise<Outcome<IBinaryKeyData>> {
	const outcome = await retryPassing(clock, () => downloadOnce(caller, clock, job));
	return outcome.ok ? success({ [field]: outcome.value }) : outcome;
}

async function downloadOnce(caller: Caller, clock: Clock, job: Job): Promise<Outcome<IBinaryData>> {
	const url = mediaUrlOf(job) ?? '';
	if (!isWebAddress(url)) return mediaFault('The address of the file is not a web address');
	const options: IHttpRequestOptions = {
		method: 'GET',
		url,
		// Videos and images are compressed already, and the length that is told must be the file's own.
		headers: { 'accept-encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: IDLE_TIMEOUT_MS,
	};
	try {
		const answer = (await caller.helpers.httpRequest(options)) as MediaAnswer;
		const refused = problemOf(answer, job);
		if (refused) {
			answer.body.destroy?.();
			return refused;
		}
		const mimeType = mimeTypeOf(answer, job);
		const name = fileNameOf(job, mimeType);
		const file = await guarded(answer.body, limitsOf(answer), clock, () =>
			caller.helpers.prepareBinaryData(answer.body as BinaryBody, name, mimeType),
		);
		return await checkFile(caller, file, job, answer.headers);
	} catch (error) {
		if (codeOf(error) === TOO_LONG) return tooLarge;
		const { message } = networkFault({ name: 'The host of the file' }, error);
		return mediaFault(message, true);
	}
}

function problemOf(
	{ statusCode, headers }: MediaAnswer,
	job: Job,
): ReturnType<typeof mediaFault> | undefined {
	if ([403, 404, 410].includes(statusCode)) {
		const since = job.expiresAt ? ` (it was kept until ${job.expiresAt})` : '';
		return mediaFault(`The address of the file does not work any more${since}`);
	}
	if (statusCode !== 200) {
		const again = statusCode === 429 || statusCode >= 500;
		return mediaFault(`The download failed (HTTP ${statusCode})`, again);
	}
	if (Number(headers['content-length']) > MAX_FILE_BYTES) {
		return tooLarge;
	}
	const type = headers['content-type'];
	const wanted = `^(${kindOf(job)}/|application/(octet-stream|mp4)|binary/)`;
	if (typeof type === 'string' && !new RegExp(wanted, 'i').test(type)) {
		return mediaFault(`The address of the file leads to something else (${type.slice(0, 40)})`);
	}
	return undefined;
}

const kindOf = (job: Pick<Job, 'imageUrl'>) => (job.imageUrl === undefined ? 'video' : 'image');

/** A server that does not say what it sends: MP4 is what all providers make, PNG the usual image. */
function mimeTypeOf({ headers }: MediaAnswer, job: Job): string {
	const header = headers['content-type'];
	const type = typeof header === 'string' ? header.replace(/;.*/s, '').trim() : '';
	if (type.startsWith('image/')) return type;
	return kindOf(job) === 'video' ? 'video/mp4' : 'image/png';
}

/** What unpacks on its way, although that was not asked for, is longer than its host says. */
function limitsOf({ headers }: MediaAnswer): BodyLimits {
	const said = Number(headers['content-length'] ?? NaN);
	return { ...FILE_LIMITS, maxBytes: said >= 0 ? Math.min(said, MAX_FILE_BYTES) : MAX_FILE_BYTES };
}

/**
 * What was stored is looked at. A connection that ends early can look like the end of the file, so the bytes are counted;
 * and a host is not believed what it says it sends.
 */
export async function checkFile(
	caller: Caller,
	file: IBinaryData,
	job: Pick<Job, 'fileSizeBytes' | 'imageUrl'>,
	headers: MediaAnswer['headers'] = {},
): Promise<Outcome<IBinaryData>> {
	const stored = file.id
		? (await caller.helpers.getBinaryMetadata(file.id)).fileSize
		: Buffer.byteLength(file.data, 'base64');
	if (stored === 0) return mediaFault('The file came empty', true);
	const said = Number(headers['content-length'] ?? NaN);
	// The host knows best how long its file is. Where it says nothing, the job's figure is a lower limit.
	const isWhole = Number.isInteger(said) ? stored === said : stored >= (job.fileSizeBytes ?? 0);
	if (isWhole) return await checkBytes(caller, file, kindOf(job));
	const expected = Number.isInteger(said) ? said : job.fileSizeBytes;
	return mediaFault(`The file came incomplete (${stored} of ${expected} bytes)`, true);
}

/** How files begin: MP4 and MOV from the fifth byte on, WebM from the first; PNG, JPEG, WebP, AVIF and HEIC. */
const BEGINNINGS = {
	video: /^(.{4}(ftyp|moov|mdat|free|skip|wide)|\x1aE\xdf\xa3)/s,
	image: /^(\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP|.{4}ftyp(avif|avis|heic|heix|mif1))/s,
};
/** So many bytes tell, and as many base64 characters at least stand for them. */
const HEAD = 64;

async function checkBytes(
	caller: Caller,
	file: IBinaryData,
	kind: keyof typeof BEGINNINGS,
): Promise<Outcome<IBinaryData>> {
	const head = file.id
		? await readText(await caller.helpers.getBinaryStream(file.id, HEAD), HEAD, 'latin1')
		: Buffer.from(file.data.slice(0, HEAD), 'base64').toString('latin1');
	if (BEGINNINGS[kind].test(head)) return success(file);
	return mediaFault(`The address of the file leads to something that is no ${kind}`);
}

export function fileNameOf({ model, jobId }: Job, mimeType: string): string {
	const extension = mimeType.split('/')[1]?.replace('jpeg', 'jpg') ?? 'mp4';
	return `${model ?? 'job'}-${jobId}.${extension}`.replace(/[^\w.-]+/g, '_');
}

function mediaFault(message: string, transient = false): { ok: false; fault: Fault } {
	const hint = transient
		? 'Check Status can fetch the file again with the job ID.'
		: 'Ask for the job again with Check Status: the provider may give a new address.';
	return failure({ message, hint, code: 'download_failed', transient, ambiguous: false });
}

const tooLarge = mediaFault(
	'The file is larger than 1 GB, which no video of these models is, or larger than its host says',
);
