import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { imageInfo } from '../core/image.ts';
import { IMAGE_LIMITS } from '../decisions.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call } from './dialect.ts';
import { fromBase64 } from './image.ts';

/** Uploads at Segmind [pub]: in reality another host, which accepts the same key. */

const schema = z.object({ data_urls: z.array(z.string()).min(1) }).strict();

/** [us] Images only, at most 10 MB each, and their type must be the one in the data URL. */
function readDataUrl(text: string, index: number): { bytes: Buffer; type: string } {
	const refuse = (reason: string) =>
		new Problem('invalid_request', `data_urls.${index}: ${reason}`);
	const declaredType = /^data:([^;,]+)/.exec(text)?.[1];
	const bytes = declaredType === undefined ? undefined : fromBase64(text);
	if (!bytes) throw refuse('must be a data URL with base64');
	if (bytes.length > IMAGE_LIMITS.mostBytes) throw refuse('must have at most 10 MB');
	const type = imageInfo(bytes)?.type;
	if (!type) throw refuse('must be a JPEG, PNG or WebP image');
	if (type !== declaredType) throw refuse(`is ${type}, not ${declaredType}`);
	return { bytes, type };
}

export function upload(core: Core, call: Call, field: 'file_urls' | 'urls'): Answer {
	const { data_urls: dataUrls } = checkBody(schema, parseBody(call));
	const files = dataUrls.map(readDataUrl);
	const urls = files.map((file) => {
		const name = `${randomBytes(8).toString('hex')}.${file.type.slice('image/'.length)}`;
		core.uploads.set(name, file);
		return `${core.mediaBase}/uploads/${name}`;
	});
	return { status: 200, body: { [field]: urls } };
}
