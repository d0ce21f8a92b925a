import type { IBinaryData } from 'n8n-workflow';
import { failure, success, type Fault, type Outcome } from '../../core/fault';
import type { Media } from '../../core/job';
import { readText } from './body';
import type { Caller } from './send';

/**
 * Checks a stored file. A connection that breaks can look like the end of the file, so its bytes are counted. Its type
 * is read from its first bytes, because the host's own statement is not reliable.
 */
export async function checkFile(
	caller: Caller,
	file: IBinaryData,
	{ kind, sizeBytes }: Pick<Media, 'kind' | 'sizeBytes'>,
	headers: Record<string, unknown> = {},
): Promise<Outcome<IBinaryData>> {
	const stored = file.id
		? (await caller.helpers.getBinaryMetadata(file.id)).fileSize
		: Buffer.byteLength(file.data, 'base64');
	if (stored === 0) return mediaFault('The file is empty', true);
	const length = Number(headers['content-length'] ?? NaN);
	// The host knows the length best. If it does not report it, the size in the job is a lower limit.
	const isWhole = Number.isInteger(length) ? stored === length : stored >= (sizeBytes ?? 0);
	if (isWhole) return await checkBytes(caller, file, kind);
	const expected = Number.isInteger(length) ? length : sizeBytes;
	return mediaFault(`The file is incomplete (${stored} of ${expected} bytes)`, true);
}

/** The beginnings of files: MP4 and MOV from the fifth byte on, WebM from the first; PNG, JPEG, WebP, AVIF and HEIC. */
const BEGINNINGS = {
	video: /^(.{4}(ftyp|moov|mdat|free|skip|wide)|\x1aE\xdf\xa3)/s,
	image: /^(\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP|.{4}ftyp(avif|avis|heic|heix|mif1))/s,
};
/** How many bytes are enough. As many base64 characters are enough as well. */
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

/** The fault of a file that could not be downloaded. The job is finished and charged all the same. */
export function mediaFault(message: string, transient = false): { ok: false; fault: Fault } {
	const hint = transient
		? 'Check Status can fetch the file again with the job ID.'
		: 'Ask for the job again with Check Status: the provider may give a new address.';
	return failure({ message, hint, code: 'download_failed', transient, ambiguous: false });
}
