/** Answers that no document shows, and that must not lose a job or hide a charge all the same. */
import { newJob, updateJob } from '../../nodes/Seedance/core/job';
import { readProgress, readStatus } from '../../nodes/Seedance/core/replies';
import { providerById } from '../../nodes/Seedance/providers';
import { pro } from '../../nodes/Seedance/providers/seedance/pro';
import { unified } from '../../nodes/Seedance/providers/seedance/unified';

const seedance = providerById('seedance');
const org = providerById('seedanceOrg');
const segmind = providerById('segmind');
const request = { model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A lamp' } as const;

describe('a batch', () => {
	const requests = [request, request];
	const read = (body: unknown) =>
		unified.batch!.response(body, { requests, idempotencyKey: 'key-1' }, 200);
	const job = (jobId: string) => ({ ok: true, value: { jobId, status: 'queued' } });

	it.each<[string, unknown]>([
		['tasks without a status', { tasks: [{ task_id: 'task_1' }, { task_id: 'task_2' }] }],
		['a status of another type', [{ task_id: 'task_1', status: 7 }, { task_id: 'task_2' }]],
		['the IDs as tasks', { tasks: ['task_1', 'task_2'] }],
		['a bare list of IDs', ['task_1', 'task_2']],
		['the IDs only', { task_ids: ['task_1', 'task_2'] }],
	])('answered with %s has its jobs', (_, body) => {
		expect(read(body)).toMatchObject([job('task_1'), job('task_2')]);
	});

	it('answered with numbers has its jobs', () => {
		expect(read({ task_ids: [1, 2] })).toMatchObject([job('1'), job('2')]);
		expect(read({ tasks: [{ task_id: 1 }, 2] })).toMatchObject([job('1'), job('2')]);
	});

	it('has a refusal where an entry names no ID', () => {
		const refused = { status: 'failed', error: { message: 'No' } };
		expect(read({ tasks: ['task_1', refused] })).toMatchObject([
			job('task_1'),
			{ ok: false, message: 'No' },
		]);
	});

	it('answered with more tasks than were asked for has them all: they may cost money', () => {
		expect(read(['task_1', 'task_2', 'task_3'])).toMatchObject(
			['task_1', 'task_2', 'task_3'].map(job),
		);
	});

	it('whose entry is said to be done without an address asks for it later', () => {
		expect(read([{ task_id: 'task_1', status: 'completed' }])).toMatchObject([
			{ ok: true, value: { jobId: 'task_1', status: 'processing', failure: undefined } },
		]);
	});
});

describe("SeedanceAPI.org's codes in the body", () => {
	const data = { task_id: 'seed1', status: 'IN_PROGRESS' };

	it.each([201, 202, 0, '0', '200', 1, 1001, 'OK', 500])('%p with a task is its job', (code) => {
		for (const body of [
			{ code, message: 'success', data },
			{ code, ...data },
		]) {
			expect(org.disguisedStatus!(body)).toBeUndefined();
			const { generate } = org.dialectsForJob({ jobId: '' })[0];
			expect(generate.response(body, { request, idempotencyKey: '' }, 200)).toMatchObject({
				jobId: 'seed1',
				status: 'processing',
			});
		}
	});

	it.each<[unknown, number]>([
		[402, 402],
		['401', 401],
		['INVALID_PROMPT', 400],
		['INSUFFICIENT_CREDITS', 402],
	])('%p is a refusal, with a task or without', (code, status) => {
		expect(org.disguisedStatus!({ code, data })).toBe(status);
		expect(org.disguisedStatus!({ code, data: null })).toBe(status);
	});

	it.each([0, 500, 1001])('%p without a task is a problem of theirs', (code) => {
		expect(org.disguisedStatus!({ code, data: null })).toBe(500);
	});
});

describe("SeedanceAPI.org's refusal", () => {
	const refusal = (status: number, body: unknown) => org.fault(status, body, 'submit');
	const refused = 'SeedanceAPI.org did not accept the request';

	it('is known by a code at the beginning of its text, not by a word in the middle', () => {
		const about = (error: string) => refusal(400, { error }).code;
		expect(about('INVALID_PROMPT: too long')).toBe('INVALID_PROMPT');
		expect(about('The text "INVALID_PROMPT" is no prompt')).toBeUndefined();
	});

	it('with an unknown code says what the provider says', () => {
		const body = { error: { code: 'ODD', message: ' Odd ' } };
		expect(refusal(400, body)).toEqual({ code: undefined, message: `${refused}: Odd` });
	});

	it.each([{ error: ' ' }, { message: ' ' }])('of blanks says nothing: %p', (body) => {
		expect(refusal(400, body).message).toBeUndefined();
	});

	it('with HTTP 402 is for want of credits, whatever its text', () => {
		const notEnough = { code: 'INSUFFICIENT_CREDITS', message: 'Not enough credits' };
		expect(refusal(402, { error: 'Pay first' })).toMatchObject(notEnough);
	});
});

it.each([' ', undefined])(
	"seedance.it.com's refusal with the text %p has our own words",
	(text) => {
		const fault = seedance.fault(400, { error: { code: 'odd', message: text } }, 'submit');
		expect(fault).toEqual({ code: 'odd' });
	},
);

describe('a task of the unified API', () => {
	const read = (body: object, model?: string) =>
		unified.status.response({ task_id: 'task_1', ...body }, { jobId: 'task_1', model }, 200);
	const video = 'https://cdn.seedance.it.com/1.mp4';
	const cover = 'https://cdn.seedance.it.com/1.jpg';

	it('gives the video, not the picture of its cover', () => {
		const body = { status: 'completed', result: { video_url: video, image_url: cover } };
		expect(read(body, 'seedance-2.0')).toMatchObject({ videoUrl: video });
	});

	it.each<[string, object, string | undefined]>([
		['we know', {}, 'seedream-v5'],
		['it says', { model: 'seedream-v5' }, undefined],
	])('is an image where the model that %s makes images, before there is one', (_, body, model) => {
		expect(read({ status: 'processing', ...body }, model)).toHaveProperty('imageUrl', null);
	});
});

describe('a failed job that was charged says so', () => {
	it('at SeedanceAPI.org', () => {
		const data = { task_id: 'seed1', status: 'FAILED', consumed_credits: 28 };
		const reading = org
			.dialectsForJob({ jobId: '' })[0]
			.status.response({ data }, { jobId: 'seed1' }, 200);
		expect(updateJob(newJob('seed1', org.id), reading)).toMatchObject({
			status: 'failed',
			creditsCharged: 28,
			costUsd: 0.28,
		});
	});

	it.each(['status', 'result'] as const)('at Segmind, in the answer about the %s', (what) => {
		const body = { status: 'FAILED', error: 'blocked', metrics: { cost: 0.35 } };
		const endpoint = segmind.dialectsForJob({ jobId: '' })[0][what]!;
		const reading = endpoint.response(body, { jobId: 'r1' }, 422);
		expect(updateJob(newJob('r1', segmind.id), reading)).toMatchObject({
			status: 'failed',
			// Not "0 credits": it did cost something, and not credits.
			creditsCharged: null,
			costUsd: 0.35,
		});
	});

	it('and where nothing was charged, 0', () => {
		const data = { task_id: 'seed1', status: 'FAILED', consumed_credits: 0 };
		const reading = org
			.dialectsForJob({ jobId: '' })[0]
			.status.response({ data }, { jobId: 'seed1' }, 200);
		expect(updateJob(newJob('seed1', org.id), reading)).toMatchObject({
			creditsCharged: 0,
			costUsd: 0,
		});
	});

	// The figure is that of the submit, a reservation; "credits are kept only for successful jobs". [doc]
	it('but at seedance.it.com the figure beside a failed job is the reservation', () => {
		const flat = { job_id: 'job_1', status: 'failed', credits_charged: 144 };
		const nested = { task_id: 'task_1', status: 'failed', credits_charged: 607 };
		for (const reading of [
			pro.status.response(flat, { jobId: 'job_1' }, 200),
			unified.status.response(nested, { jobId: 'task_1' }, 200),
		]) {
			expect(updateJob(newJob(reading.jobId, 'seedance'), reading).creditsCharged).toBe(0);
		}
	});
});

describe("Segmind's 404 to the question for the balance", () => {
	const read = (body: unknown) => segmind.credits!.response(body, undefined, 404);

	it.each(['No credits found', 'User has no balance'])('"%s" is a balance of 0', (error) => {
		expect(read({ error })).toMatchObject({ credits: 0 });
	});

	it.each<[string, unknown]>([
		["FastAPI's", { detail: 'Not Found' }],
		["Express's", { error: 'Not Found' }],
		["Fastify's", { message: 'Route GET:/x not found', error: 'Not Found', statusCode: 404 }],
		['an HTML page', undefined],
	])('%s for an unknown address is none', (_, body) => {
		expect(() => read(body)).toThrow(expect.objectContaining({ name: 'ZodError' }) as Error);
	});
});

describe('a job ID with half a surrogate', () => {
	const jobId = 'task_1\ud800';
	it.each([...['unified', 'pro', 'lite'], segmind.id, org.id])('does not throw: %s', (name) => {
		const model = { unified: 'seedance-2.0', pro: 'seedance-1.0-pro', lite: 'seedance-1.0-lite' };
		const { status, cancel, result } = Object.hasOwn(model, name)
			? seedance.dialectForRequest({ model: model[name as 'pro'], mode: 'imageToVideo' })
			: providerById(name).dialectsForJob({ jobId })[0];
		for (const endpoint of [status, cancel, result]) {
			expect(endpoint?.request({ jobId }).path ?? '%EF%BF%BD').toContain('%EF%BF%BD');
		}
	});

	it('and a whole one is encoded as ever', () => {
		expect(unified.status.request({ jobId: 'task_😀' }).path).toBe('/tasks/task_%F0%9F%98%80');
	});
});

it.each([
	[0.29, 1, 29],
	[0.07, 1, 7],
	[0.005, 1, 0.5],
	[1 / 3, 1, 33.3],
	[65, 100, 65],
] as const)('a progress of %p of %p is %p percent', (value, full, percent) => {
	expect(readProgress(value, full)).toBe(percent);
});

it('reads status words in any letters, and no words of JavaScript', () => {
	const words = { IN_PROGRESS: 'processing', SUCCESS: 'completed' } as const;
	expect(readStatus(words, 'success')).toEqual({ status: 'completed' });
	expect(readStatus(words, 'Canceled')).toEqual({ status: 'cancelled' });
	for (const word of ['constructor', '__proto__', ' SUCCESS', 'cancelling'])
		expect(readStatus(words, word)).toEqual({ status: 'processing', unknownStatus: word });
});
