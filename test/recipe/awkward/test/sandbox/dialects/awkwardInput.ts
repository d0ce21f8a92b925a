import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { imageInfo } from '../core/image.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** What Awkward Video takes, and what it costs. All numbers are [doc], see test/recipe/API.md. */

export const NAME = 'awkward';

const PROMPT_CHARACTERS = 1000;
const FRAMES_PER_SECOND = 24;
const SIZES = {
	'480p': { '16:9': [854, 480], '9:16': [480, 854], '1:1': [640, 640] },
	'720p': { '16:9': [1280, 720], '9:16': [720, 1280], '1:1': [960, 960] },
} as const;
const FRAME_LIMITS = { mostBytes: 30 * 1024 * 1024, least: 300, most: 6000, flat: 0.4, wide: 2.5 };
export const FRAME_TYPES = ['image/jpeg', 'image/png', 'image/bmp'] as const;

const common = {
	text: promptOf(NAME, PROMPT_CHARACTERS),
	quality: z.enum(['480p', '720p']).default('720p'),
	shape: z.enum(['16:9', '9:16', '1:1']).default('16:9'),
};

/** A text, and no number. */
const secondsUpTo = (most: number, usual: string) =>
	z
		.string()
		.regex(/^[1-9]\d?$/, 'must be a text of digits')
		.refine((text) => Number(text) >= 4 && Number(text) <= most, `must be "4" to "${most}"`)
		.default(usual);

const submitOf = <Shape extends z.ZodRawShape>(input: Shape) =>
	z.object({ input: z.object(input).strict(), notify: webUrl.optional() }).strict();

const one = submitOf({ ...common, seconds: secondsUpTo(12, '5') });
const two = submitOf({
	...common,
	seconds: secondsUpTo(15, '8'),
	sound: z.boolean().default(true),
	frame: webUrl.optional(),
});

/** What is the same for all applications, and what only some have. */
export interface SubmitBody {
	input: Video & { text: string; sound?: boolean; frame?: string };
	notify?: string;
}

interface Application {
	schema: z.ZodType<SubmitBody, z.ZodTypeDef, unknown>;
	dollarsPerMillionTokens: number;
}
const ONE: Application = { schema: one, dollarsPerMillionTokens: 4 };
const TWO: Application = { schema: two, dollarsPerMillionTokens: 7 };

/** [us] Awkward 2 runs behind the endpoints of users. */
export function applicationNamed(id: string): Application {
	if (id === 'awkward-one') return ONE;
	if (id === 'awkward-two' || /^ep-\d{8}$/.test(id)) return TWO;
	throw new Problem('not_found', `No application "${id}".`, { kind: 'no_such_application' });
}

interface Video {
	seconds: string;
	quality: keyof typeof SIZES;
	shape: keyof (typeof SIZES)['480p'];
}

export function tokensOf({ seconds, quality, shape }: Video): number {
	const [width, height] = SIZES[quality][shape];
	return Math.floor((width * height * (FRAMES_PER_SECOND * Number(seconds) + 1)) / 1024);
}

/** A frame at our own address must have been uploaded. Nothing is ever fetched from others. */
export function checkFrame({ mediaBase, uploads }: Core, frame: string | undefined): void {
	const root = `${mediaBase}/uploads/`;
	if (frame?.startsWith(root) && !uploads.has(frame.slice(root.length)))
		throw new Problem('invalid_request', 'input.frame: nothing was uploaded to this address');
}

function bmpInfo(bytes: Buffer) {
	if (bytes.length < 26 || bytes.toString('latin1', 0, 2) !== 'BM') return undefined;
	const height = Math.abs(bytes.readInt32LE(22));
	return { type: 'image/bmp', width: bytes.readInt32LE(18), height };
}

/** @throws Problem that says what is wrong with an uploaded frame */
export function checkUpload(bytes: Buffer, type: string): void {
	const refuse = (reason: string) => new Problem('invalid_request', `The frame ${reason}.`);
	const { mostBytes, least, most, flat, wide } = FRAME_LIMITS;
	if (bytes.length > mostBytes) throw refuse('has more than 30 MB');
	const info = imageInfo(bytes) ?? bmpInfo(bytes);
	if (info?.type !== type) throw refuse(`is ${info?.type ?? 'no image'}, not ${type}`);
	const { width, height } = info;
	if (Math.min(width, height) < least || Math.max(width, height) > most)
		throw refuse(`has ${width}x${height} pixels`);
	if (width / height < flat || width / height > wide) throw refuse('is too flat or too narrow');
}
