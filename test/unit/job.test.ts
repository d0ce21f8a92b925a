import {
	isSettled,
	mediaUrlOf,
	newJob,
	rawOf,
	updateJob,
	withRaw,
	type Job,
	type JobReading,
} from '../../nodes/Seedance/core/job';

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

	it('leaves the job that it was given as it was', () => {
		const before = structuredClone(job);
		after({ status: 'completed', creditsCharged: 1, videoUrl: 'https://e.com/v.mp4' });
		expect(job).toEqual(before);
	});
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
	const seen = newJob('task_1', 'seedance');
	expect(rawOf(seen)).toBeNull();
	expect(withRaw(seen, { odd: 1 })).toBe(seen);
	withRaw(seen, { odd: 2 });
	expect(rawOf(seen)).toEqual({ odd: 2 });
	expect(rawOf({ ...seen })).toBeNull();
});

it.each([
	[{ videoUrl: 'https://e.com/v.mp4' }, 'https://e.com/v.mp4'],
	[{ videoUrl: undefined, imageUrl: 'https://e.com/i.png' }, 'https://e.com/i.png'],
	[{}, null],
])('the address of what was made: %p', (job, url) => {
	expect(mediaUrlOf({ ...newJob('task_1', 'seedance'), ...job })).toBe(url);
});
