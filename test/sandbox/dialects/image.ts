import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import { imageInfo } from '../core/image.ts';
import type { ImageInfo } from '../core/image.ts';
import { IMAGE_LIMITS, UNREACHABLE_HOSTS, UNREACHABLE_IMAGE } from '../decisions.ts';

const isWebUrl = (text: string): boolean =>
	URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);

export const webUrl = z.string().refine(isWebUrl, 'must be an http or https URL');

/** Refuses an address that counts as unreachable. Nothing is fetched. */
export function checkReachable(urls: Array<string | null | undefined>): void {
	for (const url of urls) {
		if (!url) continue;
		const { hostname } = new URL(url);
		if (UNREACHABLE_HOSTS.some((ending) => hostname.endsWith(ending)))
			throw new Problem('invalid_request', UNREACHABLE_IMAGE.message, {
				code: UNREACHABLE_IMAGE.code,
			});
	}
}

/**
 * The type and size of an image file, from its bytes. Throws a problem that names the field if the image is not
 * accepted.
 */
export function checkImage(field: string, bytes: Buffer): ImageInfo {
	const refuse = (reason: string) => new Problem('invalid_request', `${field}: ${reason}`);
	const { mostBytes, leastPixels } = IMAGE_LIMITS;
	if (bytes.length > mostBytes) throw refuse('must have at most 10 MB');
	const info = imageInfo(bytes);
	if (!info) throw refuse('must be a JPEG, PNG or WebP image');
	const { width, height } = info;
	if (width < leastPixels || height < leastPixels)
		throw refuse(`must be at least ${leastPixels}x${leastPixels}, not ${width}x${height}`);
	return info;
}

const DATA_URL = /^data:([\w.+/-]*)((?:;[\w=.-]+)*),/;

/** Decodes base64, plain or as a data URL; undefined if the text is neither. */
export function fromBase64(text: string): Buffer | undefined {
	const head = DATA_URL.exec(text);
	if (head && !(head[2] ?? '').endsWith(';base64')) return undefined;
	const digits = head ? text.slice(head[0].length) : text;
	if (!digits || !/^[A-Za-z0-9+/]+={0,2}$/.test(digits) || digits.length % 4) return undefined;
	return Buffer.from(digits, 'base64');
}
