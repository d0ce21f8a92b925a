import { imageSize } from './imageSize';
import type { ImageFile } from './request';

// "JPEG, PNG, WebP; max 10MB", "512x512 minimum". [doc]
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
export const MIN_IMAGE_PIXELS = 512;

const MIME_TYPES: Readonly<Record<string, ImageFile['mimeType']>> = {
	jpg: 'image/jpeg',
	png: 'image/png',
	webp: 'image/webp',
};

export type ImageCheck = { mimeType: ImageFile['mimeType'] } | { problem: string };

/**
 * What an image is by its first bytes, whatever its name says; or why no provider would take it.
 *
 * @param head the beginning of the file, or all of it
 * @param totalBytes the size of the whole file
 */
export function checkImageBytes(head: Uint8Array, totalBytes: number): ImageCheck {
	if (totalBytes > MAX_IMAGE_BYTES) {
		const megabytes = (totalBytes / 1024 / 1024).toFixed(1);
		return { problem: `the file has ${megabytes} MB. Allowed: up to 10 MB` };
	}
	const image = measure(head);
	const mimeType = MIME_TYPES[image?.type ?? ''];
	if (!image || !mimeType) {
		return { problem: 'the file is not an image that can be read. Allowed: JPEG, PNG or WebP' };
	}
	if (Math.min(image.width, image.height) < MIN_IMAGE_PIXELS) {
		return {
			problem: `the image has ${image.width}×${image.height} pixels. Allowed: at least ${MIN_IMAGE_PIXELS}×${MIN_IMAGE_PIXELS}`,
		};
	}
	return { mimeType };
}

function measure(head: Uint8Array) {
	try {
		return imageSize(head);
	} catch {
		return undefined;
	}
}
