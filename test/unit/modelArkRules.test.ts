/** What ModelArk forbids is refused before anything is sent, in one sentence each. */
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { modelById } from '../../nodes/Seedance/providers';
import { modelArk } from '../../nodes/Seedance/providers/modelArk';
import { fault } from '../../nodes/Seedance/providers/modelArk/fault';
import { modelOf, wireIdOf } from '../../nodes/Seedance/providers/modelArk/wireIds';
import { inWords, wordsOf } from '../../nodes/Seedance/providers/modelArk/words';

const url = (name: string) => `https://example.com/${name}`;
const image = url('a.png');
const video = url('v.mp4');

function problems(model: string, mode: Mode, raw: RawRequest): string[] {
	const checked = checkRequest({ prompt: 'A lamp', ...raw }, modelById(modelArk, model)!, mode);
	return checked.ok ? [] : checked.problems;
}

const modelsWith = (mode: Mode) =>
	modelArk.models.filter((model) => model.modes[mode]).map(({ id }) => id);
const videoModels = modelArk.models.filter(({ makes }) => makes === 'video').map(({ id }) => id);

describe('settings in a prompt', () => {
	it.each([
		'--dur 12',
		'A lamp --dur 12',
		'A lamp\n--duration 12',
		'--RS 1080p',
		'A lamp --resolution 1080p --wm false',
		'A lamp --rt 9:16',
		'A lamp --ratio 9:16',
		'A lamp --frames 289',
		'A lamp --fps 60',
		'A lamp --framespersecond 60',
		'A lamp --seed 1',
		'A lamp --cf true',
		'A lamp --camerafixed true',
		'A lamp --watermark true',
	])('"%s" is refused', (prompt) => {
		const [, setting] = /(--\w+)/.exec(prompt)!;
		const sentence = `Prompt: ModelArk would read "${setting}" as a setting. Remove it and use the field of this node.`;
		for (const model of videoModels) {
			expect(problems(model, 'textToVideo', { prompt })).toEqual([sentence]);
			expect(problems(model, 'imageToVideo', { prompt, imageUrl: image })).toEqual([sentence]);
		}
		for (const model of modelsWith('referenceToVideo').filter((id) => videoModels.includes(id))) {
			const raw = { prompt, referenceImageUrls: [image] };
			expect(problems(model, 'referenceToVideo', raw)).toEqual([sentence]);
		}
	});

	it.each(['A lamp -- dur 12', 'A well--dur', '--durable things', 'A lamp --', '--style anime'])(
		'"%s" is a text',
		(prompt) => {
			for (const model of videoModels)
				expect(problems(model, 'textToVideo', { prompt })).toEqual([]);
		},
	);
});

it('the last frame is an address or a file', () => {
	const both = { imageUrl: image, endFrameUrl: url('b.png'), endFrameBinaryField: 'data' };
	for (const model of ['seedance-2.5', 'seedance-2.0', 'seedance-1.5-pro', 'seedance-1.0-pro']) {
		expect(problems(model, 'imageToVideo', both)).toEqual([
			'End Frame: give it as an address or as a file, not as both.',
		]);
	}
	expect(problems('seedance-1.0-pro-fast', 'imageToVideo', both)).toEqual([]);
});

describe('a draft', () => {
	it.each(['seedance-2.5', 'seedance-1.5-pro'])('of %s has 480p and no last frame', (model) => {
		const tooLarge = 'Draft: a draft has 480p. Choose 480p in Resolution.';
		const lastFrame =
			'Draft: a draft has no last frame. Turn Return Last Frame and Continue From off.';
		for (const mode of ['textToVideo', 'imageToVideo'] as const) {
			const asked = (raw: RawRequest) => problems(model, mode, { imageUrl: image, ...raw });
			expect(asked({ draft: true })).toEqual([tooLarge]);
			expect(asked({ draft: true, resolution: '480p' })).toEqual([]);
			expect(asked({ draft: true, resolution: '480p', returnLastFrame: true })).toEqual([
				lastFrame,
			]);
			expect(asked({ draft: true, returnLastFrame: true })).toEqual([tooLarge, lastFrame]);
			expect(asked({ returnLastFrame: true })).toEqual([]);
		}
	});

	it('of references, too', () => {
		const raw = { draft: true, referenceImageUrls: [image] };
		expect(problems('seedance-2.5', 'referenceToVideo', raw)).toHaveLength(1);
	});

	it('has a final version in 1080p only, and only of 2.5', () => {
		expect(modelsWith('draftToVideo')).toEqual(['seedance-2.5']);
		const raw = { draftJobId: 'cgt-1', resolution: '720p' };
		expect(problems('seedance-2.5', 'draftToVideo', raw)).toEqual([
			'Resolution: "720p" is not possible with Seedance 2.5. Allowed: 1080p.',
		]);
		expect(problems('seedance-2.5', 'draftToVideo', {})).toHaveLength(1);
	});
});

describe('references', () => {
	const images = (count: number) => Array.from({ length: count }, (_, n) => url(`${n}.png`));

	it.each([
		['seedance-2.5', 30, 10],
		['seedance-2.0', 9, 3],
		['seedance-2.0-fast', 9, 3],
		['seedance-2.0-mini', 9, 3],
	])('of %s: up to %i images and %i videos or sounds', (model, most, others) => {
		const asked = (raw: RawRequest) => problems(model, 'referenceToVideo', raw);
		expect(asked({ referenceImageUrls: images(most) })).toEqual([]);
		expect(asked({ referenceImageUrls: images(most + 1) })).toHaveLength(1);
		const together = { referenceImageUrls: images(most), referenceBinaryFields: 'data' };
		expect(asked(together)).toEqual([
			`Reference images: ${most + 1} are too many. Allowed: up to ${most}, addresses and files together.`,
		]);
		for (const field of ['referenceVideoUrls', 'referenceAudioUrls']) {
			const raw = { referenceImageUrls: images(1) };
			expect(asked({ ...raw, [field]: images(others) })).toEqual([]);
			expect(asked({ ...raw, [field]: images(others + 1) })).toHaveLength(1);
		}
	});

	it.each(modelsWith('referenceToVideo'))('of %s: not none', (model) => {
		expect(problems(model, 'referenceToVideo', {})).toEqual([
			'References to Video: there is no reference. Enter the address of an image, or the name of a binary field.',
		]);
	});

	it('a sound alone is for 2.5 only', () => {
		const raw = { referenceAudioUrls: url('s.mp3') };
		expect(problems('seedance-2.5', 'referenceToVideo', raw)).toEqual([]);
		for (const model of ['seedance-2.0', 'seedance-2.0-fast', 'seedance-2.0-mini']) {
			expect(problems(model, 'referenceToVideo', raw)).toEqual([
				'Reference Audio URLs: a sound alone is not possible with this model. Add an image or a video.',
			]);
			const withVideo = { ...raw, referenceVideoUrls: video };
			expect(problems(model, 'referenceToVideo', withVideo)).toEqual([]);
		}
	});

	it.each([
		['seedream-5.0-lite', 14],
		['seedream-5.0-pro', 10],
		['seedream-4.5', 14],
		['seedream-4.0', 14],
	])('of %s: up to %i', (model, most) => {
		const asked = (count: number) =>
			problems(model, 'referenceToVideo', { referenceImageUrls: images(count) });
		expect(asked(most)).toEqual([]);
		expect(asked(most + 1)).toHaveLength(1);
	});
});

describe('tasks of 2.5', () => {
	const asked = (raw: RawRequest) => problems('seedance-2.5', 'referenceToVideo', raw);
	const edit = { task: 'edit', referenceVideoUrls: video, duration: -1 };

	it('an edit needs a video, its ratio and its length', () => {
		expect(asked(edit)).toEqual([]);
		const noVideo = { ...edit, referenceVideoUrls: undefined, referenceImageUrls: image };
		expect(asked(noVideo)).toEqual([
			'Task Edit: it needs a video. Add its address in Reference Video URLs.',
		]);
		expect(asked({ ...edit, aspectRatio: '16:9' })).toEqual([
			'Task Edit: the result has the ratio of the video. Choose adaptive in Aspect Ratio.',
		]);
		expect(asked({ ...edit, duration: 5 })).toEqual([
			'Task Edit: the result is as long as the video. Enter -1 in Duration (Seconds).',
		]);
	});

	it('a continuation needs a video and its ratio; it has a length of its own', () => {
		const extend = { task: 'extend', referenceVideoUrls: video, duration: 8 };
		expect(asked(extend)).toEqual([]);
		expect(asked({ ...extend, duration: -1 })).toEqual([]);
		const wrong = { ...extend, referenceVideoUrls: '', referenceImageUrls: image };
		expect(asked({ ...wrong, aspectRatio: '1:1' })).toEqual([
			'Task Extend: it needs a video. Add its address in Reference Video URLs.',
			'Task Extend: the result has the ratio of the video. Choose adaptive in Aspect Ratio.',
		]);
	});

	it.each(['auto', 'reference'])('%s needs nothing of that', (task) => {
		expect(asked({ task, referenceImageUrls: image, aspectRatio: '16:9', duration: 5 })).toEqual(
			[],
		);
	});
});

describe('durations, ratios and resolutions', () => {
	it.each([
		['seedance-2.5', 4, 30],
		['seedance-2.0', 4, 15],
		['seedance-2.0-fast', 4, 15],
		['seedance-2.0-mini', 4, 15],
		['seedance-1.5-pro', 4, 12],
		['seedance-1.0-pro', 2, 12],
		['seedance-1.0-pro-fast', 2, 12],
	])('%s: %i to %i s; only 1.0 cannot decide itself', (model, min, max) => {
		const count = (duration: number) => problems(model, 'textToVideo', { duration }).length;
		expect([min - 1, min, max, max + 1].map(count)).toEqual([1, 0, 0, 1]);
		expect(count(-1)).toBe(model.startsWith('seedance-1.0') ? 1 : 0);
	});

	it('1.0 takes adaptive only with a frame', () => {
		for (const model of ['seedance-1.0-pro', 'seedance-1.0-pro-fast']) {
			const raw = { aspectRatio: 'adaptive', imageUrl: image };
			expect(problems(model, 'textToVideo', raw)).toHaveLength(1);
			expect(problems(model, 'imageToVideo', raw)).toEqual([]);
		}
	});

	it('4k is for 2.0 only, 1080p not for its faster versions', () => {
		const takes = (resolution: string) =>
			videoModels.filter((id) => problems(id, 'textToVideo', { resolution }).length === 0);
		expect(takes('4k')).toEqual(['seedance-2.0']);
		expect(takes('1080p')).toEqual(
			videoModels.filter((id) => !['seedance-2.0-fast', 'seedance-2.0-mini'].includes(id)),
		);
	});
});

describe('IDs on the wire', () => {
	const regions = ['international', 'china'];

	it('differ for every model and region, and lead back to it', () => {
		const ids = modelArk.models.flatMap(({ id }) =>
			regions.map((region): [string, string] => [wireIdOf({ model: id }, region), id]),
		);
		expect(new Set(ids.map(([wireId]) => wireId)).size).toBe(modelArk.models.length * 2);
		for (const [wireId, id] of ids) expect(modelOf(wireId)).toBe(id);
	});

	it('of China all begin with doubao; without a region, it is the international one', () => {
		for (const { id: model } of modelArk.models) {
			expect(wireIdOf({ model }, 'china')).toMatch(/^doubao-seed(ance|ream)-/);
			expect(wireIdOf({ model }, undefined)).toBe(wireIdOf({ model }, 'international'));
		}
	});

	it('a model that is newer than the table goes out by its name', () => {
		for (const region of regions)
			expect(wireIdOf({ model: 'seedance-9' }, region)).toBe('seedance-9');
	});

	it("the user's own goes out as it is, and is no model of ours", () => {
		const modelId = 'ep-20260101120000-abcde';
		for (const region of regions) {
			expect(wireIdOf({ model: 'seedance-2.5', modelId }, region)).toBe(modelId);
		}
		expect(modelOf(modelId)).toBeUndefined();
		expect(modelOf('constructor')).toBeUndefined();
	});
});

describe('words', () => {
	it.each([
		['InputVideoSensitiveContentDetected.PrivacyInformation', 'real person'],
		['InputTextSensitiveContentDetected.PolicyViolation', 'copyright'],
		['OutputVideoSensitiveContentDetected.PolicyViolation', 'copyright'],
		['OutputAudioSensitiveContentDetected', 'Turn Generate Audio off'],
		['OutputImageSensitiveContentDetected', 'finished image'],
		['OutputTextRiskDetection', 'finished video'],
		['InputImageRiskDetection', 'an image may be'],
		['SensitiveContentDetected.Violence', 'the content may be'],
	])('%s: %s', (code, words) => {
		expect(wordsOf(code)).toContain(words);
	});

	it.each(['InternalServiceError', 'InvalidParameter', 'MySensitiveContentDetected', ''])(
		'"%s" is no moderation',
		(code) => {
			expect(wordsOf(code)).toBeUndefined();
			expect(inWords({ code, message: 'No' })).toEqual({ code, message: 'No' });
		},
	);

	it('a message about the sound counts only for an output', () => {
		const message = 'output audio may be sensitive';
		const code = 'InputTextSensitiveContentDetected';
		expect(inWords({ code, message }).message).toContain('Change the text.');
	});
});

describe('errors', () => {
	const error = (code: unknown, message?: unknown) => ({ error: { code, message } });

	it.each(['constructor', '__proto__', 'toString', 'RateLimitExceeded.EndpointRPMExceeded'])(
		'a 429 with the code "%s" is a limit that a pause helps against',
		(code) => {
			expect(fault(429, error(code, 'No'), 'submit')).toEqual({ code });
		},
	);

	it.each(['QuotaExceeded', 'QuotaExceeded.Queue', 'SetLimitExceeded'])(
		'a 429 with the code "%s" is not repeated',
		(code) => {
			expect(fault(429, error(code, 'No'), 'submit')).toMatchObject({ code, transient: false });
			expect(fault(429, error(code), 'submit').message).toMatch(/ (a quota|in the console)$/);
		},
	);

	it('a moderation that says no more than its code is in words of ours', () => {
		expect(fault(400, error('InputTextSensitiveContentDetected'), 'submit')).toMatchObject({
			message: expect.stringContaining('the text may be sensitive') as string,
			hint: 'ModelArk says no more',
		});
	});

	it('without a code or a body, there is none', () => {
		for (const body of [undefined, null, 'no', [], {}, error(7, 7), error('', '')]) {
			for (const status of [400, 401, 403, 404, 429, 500]) {
				const said = fault(status, body, 'submit');
				expect(said.code).toBeUndefined();
				expect(Object.values(said).join(' ')).not.toMatch(/undefined|\[object/);
			}
		}
	});

	it('a 404 is about a job only where a job was asked for', () => {
		const body = error('ResourceNotFound', 'The specified resource is not found');
		for (const intent of ['ask', 'cancel'] as const) {
			expect(fault(404, body, intent).message).toContain('no job with this ID');
		}
		expect(fault(404, body, 'submit').message).toContain('did not accept');
	});

	it('a model that is not activated is said so even where a job is asked for', () => {
		expect(fault(404, error('ModelNotOpen', 'No'), 'ask').message).toContain('not activated');
	});
});
