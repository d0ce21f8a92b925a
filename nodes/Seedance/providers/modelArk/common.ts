import type { ImageLimits } from '../../core/image';

// What the models for videos and for images have in common.

/**
 * Images may have up to 30 MB each, and a request 64 MB. Base64 adds a third. [doc] For Seedream, no other limits are
 * documented. [us]
 */
export const IMAGE: ImageLimits = {
	maxMegabytes: 30,
	maxTotalMegabytes: 45,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'WebP', 'BMP', 'TIFF', 'GIF'],
};

/** Without it, the account's own endpoints and newer models could not be used. */
export const OWN_ID = { placeholder: 'e.g. ep-20260101120000-abcde' };
