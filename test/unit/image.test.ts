import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	checkImageBytes,
	showImageLimits,
	USUAL_IMAGE_LIMITS,
	type ImageLimits,
} from '../../nodes/Seedance/core/image';

const IMAGES = join(__dirname, '../sandbox/assets/images');
const square = readFileSync(join(IMAGES, 'square-512.png'));
const MB = 1024 * 1024;

const problemOf = (limits: Partial<ImageLimits>, totalBytes = square.length) => {
	const check = checkImageBytes(square, totalBytes, { ...USUAL_IMAGE_LIMITS, ...limits });
	return 'problem' in check ? check.problem : undefined;
};

it.each<[string, Partial<ImageLimits>, string | undefined]>([
	['the usual limits', {}, undefined],
	['as small as is allowed', { minPixels: 512 }, undefined],
	['too small', { minPixels: 513 }, 'at least 513×513'],
	['as large as is allowed', { maxPixels: 512 }, undefined],
	['too large', { maxPixels: 511 }, 'up to 511×511'],
	['as wide as is allowed', { aspectRatio: { min: 0.4, max: 1 } }, undefined],
	['too wide', { aspectRatio: { min: 0.4, max: 0.9 } }, '0.4 to 0.9 times the height'],
	['too narrow', { aspectRatio: { min: 1.1, max: 2.5 } }, '1.1 to 2.5 times the height'],
	['another format', { formats: ['JPEG', 'HEIC'] }, 'Allowed: JPEG or HEIC'],
])("a square PNG of 512 pixels under a model's own limits: %s", (_, limits, problem) => {
	if (problem === undefined) expect(problemOf(limits)).toBeUndefined();
	else expect(problemOf(limits)).toContain(problem);
});

it('counts megabytes', () => {
	expect(problemOf({ maxMegabytes: 30 }, 30 * MB)).toBeUndefined();
	expect(problemOf({ maxMegabytes: 30 }, 30.2 * MB)).toBe(
		'the file has 30.2 MB. Allowed: up to 30 MB',
	);
});

it('says the limits in the form', () => {
	expect(showImageLimits()).toBe(
		'JPEG, PNG or WebP image of up to 10 MB and at least 512×512 pixels',
	);
});

/** The first bytes of a PNG of this size. */
function png(width: number, height: number): Buffer {
	const size = Buffer.alloc(8);
	size.writeUInt32BE(width, 0);
	size.writeUInt32BE(height, 4);
	return Buffer.concat([square.subarray(0, 16), size]);
}

const check = (head: Buffer, limits: Partial<ImageLimits> = {}) =>
	checkImageBytes(head, head.length, { ...USUAL_IMAGE_LIMITS, ...limits });

it.each([
	['square-512.jpg', 'image/jpeg'],
	['square-512.png', 'image/png'],
	['square-512.webp', 'image/webp'],
])('%s is %s, whatever its name says', (name, mimeType) => {
	expect(check(readFileSync(join(IMAGES, name)))).toEqual({ mimeType });
});

it.each([
	['a web page', Buffer.from('<html></html>')],
	['nothing', Buffer.alloc(0)],
	['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"/>')],
])('%s is not an image that a provider reads', (_, bytes) => {
	expect(check(bytes)).toEqual({
		problem: 'the file is not an image that can be read. Allowed: JPEG, PNG or WebP',
	});
});

it.each<[string, number, number, Partial<ImageLimits>, string]>([
	['too low', 900, 400, {}, 'at least 512×512'],
	['too narrow', 400, 900, {}, 'at least 512×512'],
	['too wide', 900, 600, { maxPixels: 800 }, 'up to 800×800'],
	['too high', 600, 900, { maxPixels: 800 }, 'up to 800×800'],
	[
		'too flat',
		1_201,
		600,
		{ aspectRatio: { min: 0.5, max: 2 } },
		'a width of 0.5 to 2 times the height',
	],
])('an image that is %s: %i×%i', (_, width, height, limits, allowed) => {
	const problem = `the image has ${width}×${height} pixels. Allowed: ${allowed}`;
	expect(check(png(width, height), limits)).toEqual({ problem });
});

it.each([
	[600, 1_200],
	[1_200, 600],
])('an image of just the shape that is allowed: %i×%i', (width, height) => {
	const limits = { aspectRatio: { min: 0.5, max: 2 }, maxPixels: 1_200 };
	expect(check(png(width, height), limits)).toEqual({ mimeType: 'image/png' });
});
