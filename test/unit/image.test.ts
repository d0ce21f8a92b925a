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
