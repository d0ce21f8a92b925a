import { randomBytes } from 'node:crypto';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core, Upload } from '../core/core.ts';
import { sha256 } from '../core/digest.ts';
import { imageInfo } from '../core/image.ts';
import { REPLICATE_DATA_URI_CHARACTERS, UNREACHABLE_HOSTS } from '../decisions.ts';
import type { Call } from './dialect.ts';
import { fromBase64 } from './image.ts';
import type { Input } from './replicateModels.ts';
import { ROOT } from './replicatePrediction.ts';
import { invalidInput } from './replicateProblem.ts';

/** Files at Replicate, and what an input may refer to. */

/** Uploaded files are not at the media host: their address wants the key. [doc] */
const nameOf = (id: string) => `replicate:${id}`;
const addressOf = ({ apiBase }: Core, id: string) => `${apiBase}${ROOT}/files/${id}`;

/** [doc] A form with the file in `content`, and optional texts. [us] The sandbox reads up to 10 MB of it. */
export function upload(core: Core, { form }: Call): Answer {
	const refuse = (message: string, details = {}) =>
		new Problem('invalid_request', message, details);
	if (!form || form.broken) throw refuse('The body must be multipart/form-data');
	const [file, ...others] = form.files;
	if (file?.field !== 'content' || others.length > 0)
		throw refuse('There must be one file, in "content"');
	const unknown = form.texts.find(([name]) => !['filename', 'type', 'metadata'].includes(name));
	if (unknown) throw refuse(`Unknown field "${unknown[0]}"`);
	if (file.tooLong) throw refuse('Files must be less than 100MB in size', { status: 413 });
	const id = randomBytes(16).toString('hex');
	core.uploads.set(nameOf(id), { bytes: file.bytes, type: file.contentType });
	return { status: 201, body: fileOf(core, id, file.bytes, file.contentType) };
}

export function readFile(core: Core, { params }: Call): Answer {
	const { id = '' } = params;
	const file = core.uploads.get(nameOf(id));
	if (!file) throw new Problem('not_found', 'The requested resource could not be found.');
	return { status: 200, body: fileOf(core, id, file.bytes, file.type) };
}

function fileOf(core: Core, id: string, bytes: Buffer, type: string): Record<string, unknown> {
	const now = core.clock.now();
	return {
		id,
		content_type: type,
		size: bytes.length,
		checksums: { sha256: sha256(bytes) },
		metadata: {},
		created_at: new Date(now).toISOString(),
		expires_at: new Date(now + 3_600_000).toISOString(),
		urls: { get: addressOf(core, id) },
	};
}

/** The file at one of our own addresses; undefined for any other address. */
function uploadedAt(core: Core, address: string): Upload | undefined {
	const root = addressOf(core, '');
	return address.startsWith(root)
		? core.uploads.get(nameOf(address.slice(root.length)))
		: undefined;
}

/** @throws Problem for media that cannot be read. Nothing is fetched from other hosts. */
export function checkMedia(core: Core, input: Input): void {
	const media = Object.entries({
		image: input.image,
		last_frame_image: input.last_frame_image,
		reference_images: input.reference_images,
		reference_videos: input.reference_videos,
		reference_audios: input.reference_audios,
	});
	for (const [field, given] of media) {
		for (const address of [given ?? []].flat()) {
			const reason = problemOf(core, address, !/video|audio/.test(field));
			if (reason)
				throw invalidInput([
					{ type: 'invalid_type', field: `input.${field}`, description: reason },
				]);
		}
	}
}

function problemOf(core: Core, address: string, isImage: boolean): string | undefined {
	const { protocol, hostname } = new URL(address);
	if (protocol === 'data:') {
		if (address.length > REPLICATE_DATA_URI_CHARACTERS) return 'the data URI is larger than 256kb';
		const bytes = fromBase64(address);
		const declared = /^data:([^;,]+)/.exec(address)?.[1];
		if (!bytes || (isImage && imageInfo(bytes)?.type !== declared))
			return 'the data URI is not what it says';
		return undefined;
	}
	if (!['http:', 'https:'].includes(protocol)) return 'Does not match format "uri"';
	if (UNREACHABLE_HOSTS.some((ending) => hostname.endsWith(ending))) return 'cannot be fetched';
	if (!address.startsWith(addressOf(core, ''))) return undefined;
	const file = uploadedAt(core, address);
	if (!file) return 'there is no such file';
	return isImage && !imageInfo(file.bytes) ? 'the file is not an image' : undefined;
}
