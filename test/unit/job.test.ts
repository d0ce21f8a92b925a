import {
	amendJob,
	isSettled,
	lastFrameOf,
	mediaOf,
	mediaUrlOf,
	newJob,
	rawOf,
	updateJob,
	type Job,
	type JobReading,
} from '../../nodes/Seedance/core/job';
import { jobFromItem } from '../../nodes/Seedance/runtime/items/jobs';

const job: Job = { ...newJob('task_1', 'seedance'), model: 'seedance-2.0', creditsEstimated: 607 };
const after = (reading: Partial<JobReading>, from: Job = job) =>
	updateJob(from, { jobId: 'task_1', status: 'processing', ...reading });

describe('a new job', () => {
	it('has every key of the contract, in its order', () => {
		expect(Object.keys(newJob('task_1', 'seedance'))).toEqual([
			'jobId',
			'provider',
			'model',
			'status',
			'progress',
			'videoUrl',
			'durationSeconds',
			'lastFrameUrl',
			'seed',
			'resolution',
			'hasAudio',
			'fileSizeBytes',
			'creditsCharged',
			'creditsEstimated',
			'costUsd',
			'costUsdEstimated',
			'estimatedSeconds',
			'createdAt',
			'completedAt',
			'expiresAt',
			'failure',
			'metadata',
			'reference',
		]);
	});
});

describe('updateJob', () => {
	it.each<[string, Partial<JobReading>, Partial<Job>]>([
		['takes over what the reply says', { progress: 65 }, { status: 'processing', progress: 65 }],
		['keeps what the reply leaves out', {}, { model: 'seedance-2.0', creditsEstimated: 607 }],
		['keeps what the reply says nothing about', { model: null }, { model: 'seedance-2.0' }],
		[
			'takes zero and false for values',
			{ progress: 0, hasAudio: false },
			{ progress: 0, hasAudio: false },
		],
		['makes a completed job 100 %', { status: 'completed', progress: 97 }, { progress: 100 }],
		['leaves the progress of a failed job', { status: 'failed', progress: 40 }, { progress: 40 }],
	])('%s', (_, reading, expected) => {
		expect(after(reading)).toMatchObject(expected);
	});

	it.each<[string, Partial<JobReading>, number | null, number | null]>([
		['a reservation is not a charge', { status: 'queued', creditsCharged: 607 }, null, null],
		['nor is it while the video is made', { creditsCharged: 607 }, null, null],
		[
			'a completed job costs what the provider says',
			{ status: 'completed', creditsCharged: 607 },
			607,
			6.07,
		],
		['one without a figure is not known', { status: 'completed' }, null, null],
		['a failed job costs nothing', { status: 'failed' }, 0, 0],
		['a cancelled job costs nothing', { status: 'cancelled' }, 0, 0],
		['unless the provider says that it did', { status: 'failed', creditsCharged: 14 }, 14, 0.14],
		['or may have done', { status: 'cancelled', isCostUnknown: true }, null, null],
		['a free video is a figure', { status: 'completed', creditsCharged: 0 }, 0, 0],
		['dollars are whole cents', { status: 'completed', creditsCharged: 29 }, 29, 0.29],
	])('credits: %s', (_, reading, creditsCharged, costUsd) => {
		expect(after(reading)).toMatchObject({ creditsCharged, costUsd });
	});

	it('keeps the charge of a completed job when a later reply leaves it out', () => {
		const done = after({ status: 'completed', creditsCharged: 607 });
		expect(after({ status: 'completed' }, done)).toMatchObject({
			creditsCharged: 607,
			costUsd: 6.07,
		});
	});

	it('says which status word was not understood, until one is', () => {
		const odd = after({ unknownStatus: 'pondering' });
		expect(odd).toMatchObject({ status: 'processing', failure: { code: 'unknown_status' } });
		expect(odd.failure?.message).toContain('"pondering"');
		expect(odd).not.toHaveProperty('unknownStatus');
		expect(after({ progress: 50 }, odd).failure).toBeNull();
	});

	it('does not show that the charge is not known', () => {
		const cancelled = after({ status: 'cancelled', isCostUnknown: true });
		expect(cancelled).not.toHaveProperty('isCostUnknown');
	});

	it('leaves the job that it was given as it was', () => {
		const before = structuredClone(job);
		after({ status: 'completed', creditsCharged: 1, videoUrl: 'https://e.com/v.mp4' });
		expect(job).toEqual(before);
	});
});

describe('what makes a job one for an image', () => {
	const addresses = ({ videoUrl, imageUrl }: Job) => ({ videoUrl, imageUrl });
	const video = 'https://e.com/v.mp4';
	const image = 'https://e.com/i.png';
	const asked = after({ imageUrl: null });

	it.each<[string, Job, object]>([
		['is a reply with that key, without an address yet', asked, { imageUrl: null }],
		['is not a reply without an address', after({}), { videoUrl: null }],
		['stays known', after({ progress: 50 }, asked), { imageUrl: null }],
		['is followed by the address', after({ imageUrl: image }, asked), { imageUrl: image }],
		['keeps the address', after({}, after({ imageUrl: image })), { imageUrl: image }],
		[
			'is not the last word when a video comes',
			after({ videoUrl: video }, asked),
			{ videoUrl: video },
		],
	])('%s', (_, found, expected) => {
		expect(addresses(found)).toEqual(expected);
		expect(Object.keys(found)).toHaveLength(23);
	});
});

it('the last reply belongs to the job, also after a change of ours, but not to the next reading', () => {
	const read = updateJob(job, { jobId: 'task_1', status: 'queued' }, { task: 1 });
	expect(rawOf(read)).toEqual({ task: 1 });
	expect(rawOf(amendJob(read, { status: 'timed_out' }))).toEqual({ task: 1 });
	expect(rawOf(after({}, read))).toBeNull();
	expect(JSON.stringify(read)).not.toContain('"task"');
});

describe('a job from an item', () => {
	const full: Job = {
		jobId: 'task_1',
		provider: 'seedance',
		model: 'seedance-2.0',
		status: 'timed_out',
		progress: 40,
		videoUrl: 'https://e.com/v.mp4',
		durationSeconds: 4,
		lastFrameUrl: 'https://e.com/last.jpg',
		seed: 7,
		resolution: '1280x720',
		hasAudio: false,
		fileSizeBytes: 1,
		creditsCharged: 2,
		creditsEstimated: 3,
		costUsd: 0.02,
		costUsdEstimated: 0.03,
		estimatedSeconds: 60,
		createdAt: '2026-04-10T14:30:00Z',
		completedAt: '2026-04-10T14:31:00Z',
		expiresAt: '2026-04-11T14:31:00Z',
		failure: null,
		metadata: { sku: 'A' },
		reference: { app: 'fast' },
	};
	const { videoUrl: url, ...rest } = full;
	const from = (json: object) => jobFromItem({ jobId: 'task_1', ...json }, 'task_1', 'seedance');

	it.each([
		['a video', full],
		['an image', { ...rest, imageUrl: url! }],
	])('has everything that our output said about %s', (_, output) => {
		expect(from(output)).toEqual(output);
		expect(Object.keys(from(output))).toEqual(Object.keys(output));
	});

	it('has no failure: the next reply tells', () => {
		expect(from({ failure: { code: 'failed', message: 'No' } }).failure).toBeNull();
	});

	it('is another one where the ID is another one', () => {
		expect(jobFromItem({ ...full }, 'task_2', 'seedance')).toEqual(newJob('task_2', 'seedance'));
	});

	it("is the node's provider's", () => {
		expect(from({ provider: 'other' }).provider).toBe('seedance');
	});

	it.each(Object.keys(full).filter((key) => key !== 'jobId' && key !== 'provider'))(
		'takes a %s of another type for not known',
		(key) => {
			for (const odd of [Symbol('odd'), [1], { odd: 1, more: [1] }, NaN]) {
				const value = from({ [key]: odd })[key as keyof Job];
				const isRecord = key === 'metadata' && !Array.isArray(odd) && typeof odd === 'object';
				expect(value).toEqual(isRecord ? odd : key === 'status' ? 'queued' : null);
			}
		},
	);

	it.each<[unknown, Job['reference']]>([
		[
			{ app: 'fast', version: '2' },
			{ app: 'fast', version: '2' },
		],
		[{ app: 1 }, null],
		[{ app: 'fast', more: null }, null],
		['fast', null],
		[['fast'], null],
		[undefined, null],
	])('reads the reference %j as %j', (reference, expected) => {
		expect(from({ reference }).reference).toEqual(expected);
	});

	it("is one for a video where the input's fields have an image's address", () => {
		const shop = { ...full, imageUrl: 'https://shop.example.com/shoe.jpg' };
		expect(from(shop)).toEqual(full);
	});
});

it('takes over the last frame and the seed, and keeps them', () => {
	const frame = { lastFrameUrl: 'https://e.com/last.jpg', seed: 0 };
	const found = after(frame);
	expect(found).toMatchObject(frame);
	expect(after({ status: 'completed', lastFrameUrl: null, seed: null }, found)).toMatchObject(
		frame,
	);
	expect(after({ seed: 8 }, found)).toMatchObject({ ...frame, seed: 8 });
});

describe('the files of a job', () => {
	const done = after({ status: 'completed', videoUrl: 'https://e.com/v.mp4', fileSizeBytes: 9 });

	it('are the video, and the last frame where there is one', () => {
		const withFrame = after(
			{ lastFrameUrl: 'https://e.com/last.jpg', expiresAt: '2026-04-11' },
			done,
		);
		expect(mediaOf(withFrame)).toEqual({
			url: 'https://e.com/v.mp4',
			kind: 'video',
			sizeBytes: 9,
			expiresAt: '2026-04-11',
			name: 'seedance-2.0-task_1',
		});
		expect(lastFrameOf(withFrame)).toEqual({
			url: 'https://e.com/last.jpg',
			kind: 'image',
			sizeBytes: null,
			expiresAt: '2026-04-11',
			name: 'seedance-2.0-task_1-last-frame',
		});
		expect(lastFrameOf(done)).toBeUndefined();
	});

	it('have an empty address until it is known', () => {
		expect(mediaOf(newJob('task_1', 'seedance'))).toMatchObject({ url: '', name: 'job-task_1' });
	});
});

it('keeps the reference like any other value', () => {
	const found = after({ reference: { app: 'fast' } });
	expect(found.reference).toEqual({ app: 'fast' });
	expect(after({ status: 'completed', reference: null }, found).reference).toEqual({ app: 'fast' });
	expect(after({ reference: { app: 'pro' } }, found).reference).toEqual({ app: 'pro' });
});

it('a failed job that may be charged all the same is not called free', () => {
	const failed = { status: 'failed', failure: { code: 'x', message: 'No' } } as const;
	expect(after(failed)).toMatchObject({ creditsCharged: 0, costUsd: 0 });
	const unclear = after({ ...failed, isCostUnknown: true });
	expect(unclear).toMatchObject({ creditsCharged: null, costUsd: null });
	expect(unclear).not.toHaveProperty('isCostUnknown');
});

it.each<[Job['status'], boolean]>([
	['queued', false],
	['processing', false],
	['timed_out', false],
	['completed', true],
	['failed', true],
	['cancelled', true],
])('a job that is %s is settled: %s', (status, settled) => {
	expect(isSettled({ status })).toBe(settled);
});

it('gives back the last reply of a job, for those who want to see it', () => {
	const reading = { jobId: 'task_1', status: 'queued' } as const;
	expect(rawOf(newJob('task_1', 'seedance'))).toBeNull();
	const seen = updateJob(newJob('task_1', 'seedance'), reading, { odd: 1 });
	expect(rawOf(seen)).toEqual({ odd: 1 });
	expect(rawOf(updateJob(seen, reading))).toBeNull();
});

it.each([
	[{ videoUrl: 'https://e.com/v.mp4' }, 'https://e.com/v.mp4'],
	[{ videoUrl: undefined, imageUrl: 'https://e.com/i.png' }, 'https://e.com/i.png'],
	[{}, null],
])('the address of what was made: %p', (job, url) => {
	expect(mediaUrlOf({ ...newJob('task_1', 'seedance'), ...job })).toBe(url);
});
