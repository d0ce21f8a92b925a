import { imageSize } from './imageSize';

/** The limits of a model for input images. */
export interface ImageLimits {
	maxMegabytes: number;
	/** Of all images of a request together, if they are sent in it. */
	maxTotalMegabytes?: number;
	/** The minimum of the shorter side, and the maximum of the longer side, in pixels. */
	minPixels: number;
	maxPixels?: number;
	/** Width divided by height. */
	aspectRatio?: { min: number; max: number };
	/** Names of the formats, as shown to the user. */
	formats: readonly ImageFormat[];
}

const MIME_TYPES = {
	JPEG: 'image/jpeg',
	PNG: 'image/png',
	WebP: 'image/webp',
	GIF: 'image/gif',
	BMP: 'image/bmp',
	TIFF: 'image/tiff',
	HEIC: 'image/heic',
} as const;
export type ImageFormat = keyof typeof MIME_TYPES;
export type ImageMimeType = (typeof MIME_TYPES)[ImageFormat];

/** The names of the formats in image-size. */
const FORMATS: Readonly<Record<string, ImageFormat>> = {
	jpg: 'JPEG',
	png: 'PNG',
	webp: 'WebP',
	gif: 'GIF',
	bmp: 'BMP',
	tiff: 'TIFF',
	heic: 'HEIC',
	heif: 'HEIC',
};

/**
 * "JPEG, PNG, WebP; max 10MB", "512x512 minimum" (seedance.it.com [doc]). Also used for providers that document no
 * limits. [us]
 */
export const USUAL_IMAGE_LIMITS: ImageLimits = {
	maxMegabytes: 10,
	minPixels: 512,
	formats: ['JPEG', 'PNG', 'WebP'],
};

export type ImageCheck = { mimeType: ImageMimeType } | { problem: string };

/**
 * Detects the type of an image from its first bytes, whatever its file name says, or explains why no provider would
 * accept it.
 */
export function checkImageBytes(
	head: Uint8Array,
	totalBytes: number,
	limits: ImageLimits = USUAL_IMAGE_LIMITS,
): ImageCheck {
	const megabytes = totalBytes / 1024 / 1024;
	if (megabytes > limits.maxMegabytes) {
		return {
			problem: `the file has ${megabytes.toFixed(1)} MB. Allowed: up to ${limits.maxMegabytes} MB`,
		};
	}
	const image = measure(head);
	const format = FORMATS[image?.type ?? ''];
	if (!image || !format || !limits.formats.includes(format)) {
		const formats = showFormats(limits);
		return { problem: `the file is not an image that can be read. Allowed: ${formats}` };
	}
	const allowed = allowedPixels(image, limits);
	if (allowed) {
		const pixels = `${image.width}×${image.height}`;
		return { problem: `the image has ${pixels} pixels. Allowed: ${allowed}` };
	}
	return { mimeType: MIME_TYPES[format] };
}

/**
 * The limits as text for the form, for example "JPEG, PNG or WebP image of up to 10 MB and at least 512×512 pixels".
 */
export function showImageLimits(limits: ImageLimits = USUAL_IMAGE_LIMITS): string {
	const { maxMegabytes, minPixels } = limits;
	return `${showFormats(limits)} image of up to ${maxMegabytes} MB and at least ${minPixels}×${minPixels} pixels`;
}

const showFormats = ({ formats }: ImageLimits): string =>
	[formats.slice(0, -1).join(', '), formats.at(-1)].filter(Boolean).join(' or ');

/** The limit that the image exceeds. */
function allowedPixels(
	{ width, height }: { width: number; height: number },
	{ minPixels, maxPixels = Infinity, aspectRatio }: ImageLimits,
): string | undefined {
	if (Math.min(width, height) < minPixels) return `at least ${minPixels}×${minPixels}`;
	if (Math.max(width, height) > maxPixels) return `up to ${maxPixels}×${maxPixels}`;
	const ratio = width / height;
	if (!aspectRatio || (ratio >= aspectRatio.min && ratio <= aspectRatio.max)) return undefined;
	return `a width of ${aspectRatio.min} to ${aspectRatio.max} times the height`;
}

function measure(head: Uint8Array) {
	try {
		return imageSize(head);
	} catch {
		return undefined;
	}
}
