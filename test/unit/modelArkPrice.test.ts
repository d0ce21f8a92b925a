/** ModelArk's prices, against the bills and the tables of its documents. */
import fc from 'fast-check';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Model, PricedRequest } from '../../nodes/Seedance/core/model';
import { estimateCost } from '../../nodes/Seedance/core/price';
import {
	MODEL_DECIDES,
	type MediaRequest,
	type Mode,
	type RawRequest,
} from '../../nodes/Seedance/core/request';
import { modelById } from '../../nodes/Seedance/providers';
import { modelArk } from '../../nodes/Seedance/providers/modelArk';
import { sizeOf, usdPerImage } from '../../nodes/Seedance/providers/modelArk/imageModels';
import { estimateUsd, usdOfUsage } from '../../nodes/Seedance/providers/modelArk/price';
import { videos } from '../../nodes/Seedance/providers/modelArk/videos';

const usualOf = { audio: true, isFlex: false, hadVideo: false, ratio: '16:9' };
const million = 1_000_000;

describe('the tokens of real bills', () => {
	it.each([
		['seedance-2.5', '480p', 4, 38_830, 10.7],
		['seedance-2.5', '720p', 5, 108_900, 10.7],
		['seedance-2.0', '720p', 5, 108_900, 7],
		['seedance-1.0-pro', '1080p', 5, 246_840, 2.5],
	])('%s, %s, %i s: %i tokens', (model, resolution, duration, tokens, rate) => {
		const priced = { resolution, duration, aspectRatio: '16:9', audio: true };
		expect(estimateUsd(model, priced)).toBeCloseTo((tokens * rate) / million, 9);
		// Without knowing about the input, these tokens alone tell that it had no video.
		const usage = { ...usualOf, tokens, resolution, seconds: duration, hadVideo: undefined };
		expect(usdOfUsage(model, usage)).toBeCloseTo((tokens * rate) / million, 6);
	});

	it('4 s of video in and 6 s out: 96,075 tokens, at the lower rate', () => {
		const usage = { ...usualOf, tokens: 96_075, resolution: '480p', seconds: 6 };
		expect(usdOfUsage('seedance-2.5', { ...usage, hadVideo: true })).toBe(0.61488);
	});

	it('of an unknown origin that are not those of the output alone have no price', () => {
		const usage = { ...usualOf, tokens: 96_075, resolution: '480p', seconds: 6 };
		expect(usdOfUsage('seedance-2.5', { ...usage, hadVideo: undefined })).toBeNull();
		// A model without video input has one rate.
		const older = { ...usage, resolution: '720p', hadVideo: undefined };
		expect(usdOfUsage('seedance-1.0-pro', older)).toBe(0.240188);
	});

	it('the published 30 s of 1,296,900 tokens are as many as 60 s have: nobody knows why, so no rate is guessed', () => {
		const usage = { ...usualOf, tokens: 1_296_900, resolution: '720p', seconds: 30 };
		expect(usdOfUsage('seedance-2.5', { ...usage, hadVideo: undefined })).toBeNull();
		expect(usdOfUsage('seedance-2.5', { ...usage, seconds: 60, hadVideo: undefined })).toBe(
			13.87683,
		);
	});

	it.each([
		['a longer video than its seconds say', 44_835],
		['rounded seconds', 38_831],
	])('without a video in the input count whatever they are: %s', (_, tokens) => {
		const usage = { ...usualOf, tokens, resolution: '480p', seconds: 4 };
		expect(usdOfUsage('seedance-2.0', usage)).toBe(Math.round(tokens * 7) / million);
	});

	it('cost half in the cheap tier, and half without sound where the model has two rates', () => {
		const usage = { ...usualOf, tokens: million, resolution: '720p', seconds: 5 };
		expect(usdOfUsage('seedance-1.5-pro', usage)).toBe(2.4);
		expect(usdOfUsage('seedance-1.5-pro', { ...usage, audio: false })).toBe(1.2);
		expect(usdOfUsage('seedance-1.5-pro', { ...usage, isFlex: true })).toBe(1.2);
		expect(usdOfUsage('seedance-1.5-pro', { ...usage, isFlex: true, audio: false })).toBe(0.6);
		expect(usdOfUsage('seedance-1.0-pro', { ...usage, isFlex: true })).toBe(1.25);
		expect(usdOfUsage('seedance-1.0-pro-fast', { ...usage, isFlex: true })).toBe(0.5);
	});

	it('of a model that is newer than this package have no price', () => {
		const usage = { ...usualOf, tokens: million, resolution: '720p', seconds: 5 };
		expect(usdOfUsage('seedance-9.0', usage)).toBeNull();
		expect(estimateUsd('seedance-9.0', { duration: 5 })).toBe(0);
	});
});

/** 5 s in 720p and 16:9. */
const finished = {
	id: 'cgt-1',
	model: 'dreamina-seedance-2-5-260628',
	status: 'succeeded',
	content: { video_url: 'https://example.com/v.mp4' },
	usage: { completion_tokens: 108_900 },
	resolution: '720p',
	ratio: '16:9',
	duration: 5,
	generate_audio: true,
	service_tier: 'default',
};
const TOKENS_OF_ANY_LENGTH = { usage: { completion_tokens: 200_000 } };
const SEEDANCE_15 = { model: 'seedance-1-5-pro-251215' };

it.each<[string, object, Record<string, string> | undefined, number | null]>([
	['a reference that was no video', TOKENS_OF_ANY_LENGTH, { videoInput: 'no' }, 2.14],
	['a reference that was a video', TOKENS_OF_ANY_LENGTH, { videoInput: 'yes' }, 1.28],
	['a reference of which nothing is known', TOKENS_OF_ANY_LENGTH, undefined, null],
	['the tokens of its length and its ratio', {}, undefined, 1.16523],
	['the tokens of no length', { duration: null }, undefined, null],
	['the tokens of another ratio', { ratio: null }, undefined, null],
	['sound', SEEDANCE_15, undefined, 0.26136],
	['no word about the sound', { ...SEEDANCE_15, generate_audio: null }, undefined, 0.26136],
	['no tokens', { usage: null }, { videoInput: 'no' }, null],
	['0 tokens', { usage: { completion_tokens: 0 } }, { videoInput: 'no' }, null],
])('a finished job with %s costs what they say', (_, changes, reference, costUsd) => {
	const body = { ...finished, ...changes };
	const reading = videos.status.response(body, { jobId: 'cgt-1', reference }, 200);
	expect(reading).toMatchObject({ status: 'completed', costUsd });
});

it.each<[string, Partial<MediaRequest>, object]>([
	[
		'a reference video',
		{ mode: 'referenceToVideo', referenceVideoUrls: ['https://example.com/v.mp4'] },
		{ reference: { videoInput: 'yes' }, estimatedSeconds: undefined },
	],
	['none', { mode: 'referenceToVideo' }, { reference: { videoInput: 'no' } }],
	// Nobody knows what the draft had.
	['a draft', { mode: 'draftToVideo' }, { reference: undefined }],
	['the cheap tier', { serviceTier: 'flex' }, { estimatedSeconds: 3600 }],
])('a submit with %s keeps what decides the price', (_, more, expected) => {
	const request: MediaRequest = {
		model: 'seedance-2.5',
		mode: 'textToVideo',
		prompt: 'A lamp',
		...more,
	};
	const submission = { request, idempotencyKey: 'k' };
	const reading = videos.generate.response({ id: 'cgt-1' }, submission, 200);
	expect({ ...reading, ...expected }).toEqual(reading);
});

it.each([0, null, 1_786_281_507_000])('a job of the time %p has none', (time) => {
	const body = { ...finished, created_at: time, updated_at: time };
	const reading = videos.status.response(body, { jobId: 'cgt-1' }, 200);
	expect(reading).toMatchObject({ createdAt: null, completedAt: null, expiresAt: null });
});

it('a finished job without any content has no video, and has its price', () => {
	const body = { ...finished, content: null };
	const reading = videos.status.response(body, { jobId: 'cgt-1' }, 200);
	expect(reading).toMatchObject({
		status: 'failed',
		failure: { code: 'no_video_url' },
		costUsd: 1.16523,
	});
});

/** The documents' table: width and height by resolution, in the order 16:9, 4:3, 1:1, 21:9. */
const PIXELS_25: Record<string, string> = {
	'480p': '854×480 752×560 640×640 992×432',
	'720p': '1280×720 1112×834 960×960 1470×630',
	'1080p': '1920×1080 1664×1248 1440×1440 2206×946',
};
const PIXELS_20: Record<string, string> = {
	...PIXELS_25,
	'480p': '864×496 752×560 640×640 992×432',
	'4k': '3840×2160 3326×2494 2880×2880 4398×1886',
};
const PIXELS_10: Record<string, string> = {
	'480p': '864×480 736×544 640×640 960×416',
	'720p': '1248×704 1120×832 960×960 1504×640',
	'1080p': '1920×1088 1664×1248 1440×1440 2176×928',
};
const SAME_PIXELS = [['16:9', '9:16'], ['4:3', '3:4'], ['1:1'], ['21:9']];

it.each<[string, Record<string, string>]>([
	['seedance-2.5', PIXELS_25],
	['seedance-2.0', PIXELS_20],
	['seedance-2.0-fast', PIXELS_20],
	['seedance-2.0-mini', PIXELS_20],
	['seedance-1.5-pro', PIXELS_20],
	['seedance-1.0-pro', PIXELS_10],
	['seedance-1.0-pro-fast', PIXELS_10],
])('%s has the pixels of the table in every resolution and ratio', (model, table) => {
	for (const resolution of modelById(modelArk, model)!.modes.textToVideo!.resolution!.values) {
		table[resolution]!.split(' ').forEach((size, index) => {
			const [width = 0, height = 0] = size.split('×').map(Number);
			const tokens = Math.floor((width * height * (24 * 5 + 1)) / 1024);
			for (const ratio of SAME_PIXELS[index]!) {
				const usage = { ...usualOf, tokens, resolution, ratio, seconds: 5 };
				// Only a model with two rates shows it; the others by their estimates.
				expect(usdOfUsage(model, { ...usage, hadVideo: undefined })).not.toBeNull();
				const priced = { resolution, aspectRatio: ratio, duration: 5, audio: true };
				expect(estimateUsd(model, priced)).toBeCloseTo(usdOfUsage(model, usage)!, 5);
			}
		});
	}
});

/** The list: dollars a million tokens, by resolution, without and with a video in the input. */
it.each([
	['seedance-2.5', '480p', 10.7, 6.4],
	['seedance-2.5', '720p', 10.7, 6.4],
	['seedance-2.5', '1080p', 11.7, 7],
	['seedance-2.0', '480p', 7, 4.3],
	['seedance-2.0', '720p', 7, 4.3],
	['seedance-2.0', '1080p', 7.7, 4.7],
	['seedance-2.0', '4k', 4, 2.4],
	['seedance-2.0-fast', '480p', 5.6, 3.3],
	['seedance-2.0-fast', '720p', 5.6, 3.3],
	['seedance-2.0-mini', '480p', 3.5, 2.1],
	['seedance-2.0-mini', '720p', 3.5, 2.1],
])('%s, %s: $%f a million tokens, $%f with a video', (model, resolution, usual, withVideo) => {
	const usage = { ...usualOf, tokens: million, resolution, seconds: 5 };
	expect(usdOfUsage(model, usage)).toBe(usual);
	expect(usdOfUsage(model, { ...usage, hadVideo: true })).toBe(withVideo);
});

describe('estimates', () => {
	const priceOf = (model: string, request: PricedRequest) =>
		estimateCost(modelById(modelArk, model)!, request).costUsdEstimated;
	const five = { duration: 5, resolution: '720p', aspectRatio: '16:9', audio: true };

	it.each([
		['seedance-2.0', 0.7623],
		['seedance-2.5', 1.1652],
	])('%s, 720p, 16:9, 5 s: $%f', (model, usd) => {
		expect(priceOf(model, five)).toBe(usd);
	});

	it('a portrait costs as much as its landscape', () => {
		for (const [portrait, landscape] of [
			['9:16', '16:9'],
			['3:4', '4:3'],
		]) {
			expect(priceOf('seedance-2.0', { ...five, aspectRatio: portrait })).toBe(
				priceOf('seedance-2.0', { ...five, aspectRatio: landscape }),
			);
		}
	});

	it('where the model decides, they take the longest and the largest', () => {
		const open = { ...five, aspectRatio: 'adaptive', duration: MODEL_DECIDES };
		// 21:9 has 926,100 pixels, 4:3 has 927,408; 16:9 and 1:1 have 921,600.
		expect(priceOf('seedance-2.5', open)).toBe(
			Math.round(Math.floor((1112 * 834 * 721) / 1024) * 10.7 * 0.01) / 10_000,
		);
	});

	it('with reference videos, they take the longest that the documents allow', () => {
		const request = { ...five, referenceVideoUrls: ['https://example.com/v.mp4'] };
		const tokens = Math.floor((1280 * 720 * 24 * (15 + 5)) / 1024);
		expect(priceOf('seedance-2.0', request)).toBe(Math.round(tokens * 0.043) / 10_000);
	});

	it('half in the cheap tier; a draft of 1.5 Pro takes 0.6 of the tokens, 0.7 without sound', () => {
		const usd = estimateUsd('seedance-1.5-pro', five);
		const silent = estimateUsd('seedance-1.5-pro', { ...five, audio: false });
		expect(silent).toBeCloseTo(usd / 2, 9);
		expect(estimateUsd('seedance-1.5-pro', { ...five, serviceTier: 'flex' })).toBeCloseTo(
			usd / 2,
			9,
		);
		expect(estimateUsd('seedance-1.5-pro', { ...five, draft: true })).toBeCloseTo(usd * 0.6, 9);
		expect(estimateUsd('seedance-1.5-pro', { ...five, draft: true, audio: false })).toBeCloseTo(
			silent * 0.7,
			9,
		);
		expect(estimateUsd('seedance-2.5', { ...five, draft: true })).toBe(
			estimateUsd('seedance-2.5', five),
		);
	});

	it('are the highest where nothing was chosen', () => {
		const highest = { duration: 12, resolution: '1080p', audio: true };
		expect(estimateUsd('seedance-1.5-pro', {})).toBe(estimateUsd('seedance-1.5-pro', highest));
	});

	it('a final version of a draft may be as long, and may have had videos as long, as there are', () => {
		const request = { mode: 'draftToVideo', resolution: '1080p' } as const;
		const withVideo = Math.floor((2206 * 946 * 24 * 60) / 1024) * 7;
		const largest = Math.floor((1920 * 1080 * 24 * 60) / 1024) * 7;
		expect(estimateUsd('seedance-2.5', request) * million).toBeGreaterThanOrEqual(
			Math.max(withVideo, largest),
		);
	});
});

const videoModels = modelArk.models.filter(({ makes }) => makes === 'video');
const cases = videoModels.flatMap((model) =>
	(Object.keys(model.modes) as Mode[]).map((mode): [string, Mode, Model] => [
		model.id,
		mode,
		model,
	]),
);

it.each(cases)(
	'%s, %s: what the model decides is never estimated below what the user could choose',
	(_, mode, model) => {
		const can = model.modes[mode]!;
		const durations =
			can.duration && 'min' in can.duration
				? fc.integer({ min: can.duration.min, max: can.duration.max })
				: fc.constant(undefined);
		const of = <T>(values: readonly T[] | undefined) => fc.constantFrom(...(values ?? [undefined]));
		const requests = fc.record({
			duration: durations,
			resolution: of(can.resolution?.values),
			aspectRatio: of(can.aspectRatio?.values),
			audio: can.audio ? fc.boolean() : fc.constant(undefined),
			serviceTier: of(can.serviceTier?.values),
			draft: can.draft ? fc.boolean() : fc.constant(undefined),
			referenceVideoUrls: can.referenceVideoUrls
				? fc.constantFrom<string[] | undefined>(undefined, ['https://example.com/v.mp4'])
				: fc.constant(undefined),
		});
		fc.assert(
			fc.property(requests, (request) => {
				const usd = estimateUsd(model.id, { ...request, mode });
				expect(usd).toBeGreaterThan(0);
				const open = [
					{ ...request, duration: MODEL_DECIDES },
					{ ...request, aspectRatio: 'adaptive' },
					{ ...request, aspectRatio: undefined },
					{ ...request, duration: MODEL_DECIDES, aspectRatio: 'adaptive' },
				];
				for (const each of open) {
					expect(estimateUsd(model.id, { ...each, mode })).toBeGreaterThanOrEqual(usd);
				}
			}),
			{ seed: 20260809 },
		);
	},
);

it.each(cases)('%s, %s: the smallest request has a price', (_, mode, model) => {
	const raw: RawRequest = {
		prompt: 'A lamp',
		imageUrl: 'https://example.com/a.png',
		referenceImageUrls: ['https://example.com/a.png'],
		draftJobId: 'cgt-1',
	};
	const checked = checkRequest(raw, model, mode);
	expect(checked).toMatchObject({ ok: true });
	if (checked.ok)
		expect(estimateCost(model, checked.request).costUsdEstimated).toBeGreaterThan(0.01);
});

describe('images', () => {
	it.each([
		['seedream-5.0-lite', 0.035],
		['seedream-5.0-pro', undefined],
		['seedream-4.5', 0.04],
		['seedream-4.0', 0.03],
		['seedance-2.5', undefined],
	])('%s: $%s', (model, usd) => {
		expect(usdPerImage(model)).toBe(usd);
	});

	/** The smallest area that the documents allow. */
	const MIN_AREA: Record<string, number> = {
		'seedream-5.0-pro': 921_600,
		'seedream-4.0': 921_600,
		'seedream-5.0-lite': 3_686_400,
		'seedream-4.5': 3_686_400,
	};
	const sizes = modelArk.models
		.filter(({ makes }) => makes === 'image')
		.flatMap(({ id, modes }) =>
			modes.textToVideo!.resolution!.values.flatMap((size) =>
				modes.textToVideo!.aspectRatio!.values.map((ratio): [string, string, string] => [
					id,
					size,
					ratio,
				]),
			),
		);

	it.each(sizes)('%s, %s, %s: within the bounds, and of that ratio', (model, size, ratio) => {
		const said = sizeOf(size, ratio);
		if (ratio === 'adaptive') return expect(said).toBe(size);
		const [, width, height] = (/^(\d+)x(\d+)$/.exec(said) ?? []).map(Number);
		const side = Number(size.replace('K', '')) * 1024;
		expect(width! * height!).toBeLessThanOrEqual(side * side);
		expect(width! * height!).toBeGreaterThanOrEqual(MIN_AREA[model]!);
		const [w, h] = ratio.split(':').map(Number);
		expect(width! / height! / (w! / h!)).toBeCloseTo(1, 1);
		expect([width! % 16, height! % 16]).toEqual([0, 0]);
	});

	it('an unknown size or ratio is left to ModelArk', () => {
		expect(sizeOf('8K', '16:9')).toBe('8K');
		expect(sizeOf('2K', 'wide')).toBe('2K');
		expect(sizeOf('2K', '16:')).toBe('2K');
	});
});
