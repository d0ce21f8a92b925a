/** What an execution goes on with after its callbacks: one item for each that waited, in the same order. */
import type {
	IDataObject,
	IHttpRequestOptions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';
import { newJob, updateJob, type Job } from '../../nodes/Seedance/core/job';
import {
	awaitedId,
	resumeItems,
	waitingItems,
} from '../../nodes/Seedance/runtime/callbacks/resumeItems';
import { readJobOptions } from '../../nodes/Seedance/runtime/items/jobs';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const waiting = (jobId: string, more: IDataObject = {}): INodeExecutionData => ({
	json: { jobId, status: 'timed_out', sku: `sku of ${jobId}`, ...more },
});
const ended = (jobId: string, more: Partial<Job> = {}): Job => ({
	...newJob(jobId, 'scripted'),
	status: 'completed',
	videoUrl: 'https://e.com/v.mp4',
	...more,
});

/** A body as n8n's client gives it, as far as a download sees it. */
interface FakeBody {
	error?: Error;
	push(chunk: { length: number }): boolean;
	destroy(error?: Error): void;
}

function newBody(): FakeBody {
	const body: FakeBody = { push: () => true, destroy: (error) => (body.error = error) };
	return body;
}

const JPEG = '\xff\xd8\xff\xe0 JFIF';

interface Setting {
	parameters?: IDataObject;
	/** Until n8n goes on by itself. */
	leftMs?: number;
	/** What is answered to the request for the file. */
	httpStatus?: number;
	/** How long the file takes. */
	fetchMs?: number;
	/** The node's On Error. */
	onError?: string;
}

async function resuming(items: INodeExecutionData[], jobs: Job[], setting: Setting = {}) {
	const { parameters = {}, leftMs = 600_000, httpStatus = 404, fetchMs = 0, onError } = setting;
	const clock = new VirtualClock();
	let fetched = 0;
	const ctx = {
		getNode: () => ({ onError }),
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		helpers: {
			httpRequest: ({ url }: IHttpRequestOptions) => {
				fetched += 1;
				const headers = { 'content-type': url.endsWith('.jpg') ? 'image/jpeg' : 'video/mp4' };
				return Promise.resolve({ statusCode: httpStatus, headers, body: newBody() });
			},
			async prepareBinaryData(body: FakeBody, fileName: string, mimeType: string) {
				for (let ms = 0; ms < fetchMs && !body.error; ms += 500) {
					body.push({ length: 1 });
					await clock.sleep(500);
				}
				if (body.error) throw body.error;
				const bytes = mimeType === 'image/jpeg' ? JPEG : '\0\0\0 ftypisom';
				return { fileName, mimeType, data: Buffer.from(bytes, 'latin1').toString('base64') };
			},
		},
	} as unknown as IWebhookFunctions;
	const session = scriptedSession(clock, () => silence);
	const settled = new Map(jobs.map((job) => [job.jobId, job]));
	const options = { deadline: clock.now() + leftMs, ...readJobOptions(ctx) };
	const output = await resumeItems(ctx, session, items, settled, options);
	return { output, fetched };
}

it.each<[IDataObject, string | undefined]>([
	[{ jobId: 'job_1', status: 'timed_out' }, 'job_1'],
	[{ jobId: 'job_1', status: 'queued' }, 'job_1'],
	[{ jobId: 'job_1', status: 'completed' }, undefined],
	[{ jobId: 'job_1', status: 'failed' }, undefined],
	[{ jobId: 'job_1' }, undefined],
	[{ jobId: 7, status: 'queued' }, undefined],
	[{ error: 'No' }, undefined],
])('an item with %p waits for %p', (json, id) => {
	expect(awaitedId({ json })).toBe(id);
});

it('what is stored is copied, not changed', () => {
	const items = [waiting('job_1')];
	const ctx = { evaluateExpression: () => items } as unknown as IWebhookFunctions;
	expect(waitingItems(ctx)).toEqual(items);
	expect(waitingItems(ctx)[0]).not.toBe(items[0]);
});

it('each item has its own job, and keeps what else was in it', async () => {
	const items = [waiting('job_1'), { json: { error: 'No' } }, waiting('job_2'), waiting('job_3')];
	const { output } = await resuming(items, [ended('job_2'), ended('job_1', { status: 'failed' })]);
	expect(output).toMatchObject([
		{ json: { jobId: 'job_1', status: 'failed', sku: 'sku of job_1' }, pairedItem: { item: 0 } },
		{ json: { error: 'No' }, pairedItem: { item: 1 } },
		{ json: { jobId: 'job_2', status: 'completed', sku: 'sku of job_2' }, pairedItem: { item: 2 } },
		{ json: { jobId: 'job_3', status: 'timed_out' }, pairedItem: { item: 3 } },
	]);
	expect(output[0]!.json).not.toHaveProperty('raw');
});

it.each([null, 0])('the charge of a failed job stays what it was: %p', async (charge) => {
	const failed = { status: 'failed', creditsCharged: charge, costUsd: charge } as const;
	const { output } = await resuming([waiting('job_1')], [ended('job_1', failed)]);
	expect(output[0]!.json).toMatchObject(failed);
});

it('a job that was settled before the wait stays as it is stored', async () => {
	const stored = waiting('job_1', { status: 'failed' });
	const { output } = await resuming([stored], [ended('job_1')]);
	expect(output[0]!.json).toEqual(stored.json);
});

describe('Include Raw Response', () => {
	const parameters = { options: { includeRawResponse: true } };
	const rawOf = async (item: INodeExecutionData, job: Job) =>
		(await resuming([item], [job], { parameters })).output[0]!.json.raw;

	it('gives the last body, that of before, or null', async () => {
		expect(
			await rawOf(
				waiting('job_1'),
				updateJob(ended('job_1'), { jobId: 'job_1', status: 'completed' }, { odd: 1 }),
			),
		).toEqual({ odd: 1 });
		expect(await rawOf(waiting('job_1', { raw: { odd: 0 } }), ended('job_1'))).toEqual({ odd: 0 });
		expect(await rawOf(waiting('job_1'), ended('job_1'))).toBeNull();
	});
});

describe('where a failed job is to be an error', () => {
	const parameters = { onJobFailure: 'error' };

	const failure = { code: 'x', message: 'Too dark' };
	const dark = ended('job_1', { status: 'failed', failure });

	it('the item is one, with its job and what to do', async () => {
		const { output } = await resuming([waiting('job_1')], [dark], { parameters });
		const { error, ...fields } = output[0]!.json;
		expect(fields).toEqual({ jobId: 'job_1', jobStarted: 'yes' });
		expect(error).toMatch(/: Too dark \(job job_1\)\. .*run the item again/);
	});

	it('the item is nothing but the error for the error output of n8n 1.x', async () => {
		const setting = { parameters, onError: 'continueErrorOutput' };
		const { output } = await resuming([waiting('job_1')], [dark], setting);
		expect(Object.keys(output[0]!.json)).toEqual(['error']);
		expect(output[0]!.json.error).toContain('(job job_1)');
	});

	it('a finished one is not', async () => {
		const { output } = await resuming([waiting('job_1')], [ended('job_1')], { parameters });
		expect(output[0]!.json).toMatchObject({ status: 'completed' });
	});
});

describe('the file', () => {
	const download = { downloadVideo: true };

	it('is fetched only where the user wants it, of finished jobs', async () => {
		expect((await resuming([waiting('job_1')], [ended('job_1')])).fetched).toBe(0);
		const failed = ended('job_1', { status: 'failed' });
		expect((await resuming([waiting('job_1')], [failed], { parameters: download })).fetched).toBe(
			0,
		);
	});

	it('that is gone is said to be, and the job is given all the same', async () => {
		const setting = { parameters: download };
		const { output, fetched } = await resuming([waiting('job_1')], [ended('job_1')], setting);
		expect(fetched).toBeGreaterThan(0);
		expect(output[0]!.json).toMatchObject({
			status: 'completed',
			videoUrl: 'https://e.com/v.mp4',
			failure: {
				code: 'download_failed',
				message: expect.stringContaining('does not work any more') as string,
			},
		});
	});

	it('that is gone is an error with the ID of the job, where the user wants errors', async () => {
		const parameters = { ...download, onJobFailure: 'error' };
		const { output } = await resuming([waiting('job_1')], [ended('job_1')], { parameters });
		const { error, ...fields } = output[0]!.json;
		expect(fields).toEqual({ jobId: 'job_1', jobStarted: 'yes' });
		expect(error).toContain('(job job_1)');
	});

	it('is added to those that the item has', async () => {
		const item = { ...waiting('job_1'), binary: { image: { data: '', mimeType: 'image/png' } } };
		const setting = { parameters: { ...download, binaryField: 'clip' }, httpStatus: 200 };
		const { output } = await resuming([item], [ended('job_1')], setting);
		expect(output[0]).toMatchObject({
			json: { status: 'completed', failure: null },
			binary: { image: item.binary.image, clip: { mimeType: 'video/mp4' } },
		});
	});

	it('comes with the last frame, where the job has one', async () => {
		const item = { ...waiting('job_1'), binary: { image: { data: '', mimeType: 'image/png' } } };
		const lastFrameUrl = 'https://e.com/last.jpg';
		const setting = { parameters: download, httpStatus: 200 };
		const { output, fetched } = await resuming([item], [ended('job_1', { lastFrameUrl })], setting);
		expect(fetched).toBe(2);
		expect(output[0]).toMatchObject({
			json: { status: 'completed', lastFrameUrl, failure: null },
			binary: {
				image: item.binary.image,
				video: { mimeType: 'video/mp4' },
				lastFrame: { mimeType: 'image/jpeg', fileName: 'job-job_1-last-frame.jpg' },
			},
		});
	});

	it.each([
		['half a minute before n8n goes on by itself', 600_000, 569_000, 571_000],
		['halfway, where the wait is short', 20_000, 9_000, 11_000],
	])('that comes too late is given up %s', async (_, leftMs, inTime, late) => {
		const failureAfter = async (fetchMs: number) => {
			const setting = { parameters: download, httpStatus: 200, leftMs, fetchMs };
			return (await resuming([waiting('job_1')], [ended('job_1')], setting)).output[0]!.json
				.failure;
		};
		expect(await failureAfter(inTime)).toBeNull();
		expect(await failureAfter(late)).toMatchObject({
			code: 'download_failed',
			message: expect.stringContaining('"Limit Wait" was almost over') as string,
		});
	});

	it('is not fetched when n8n is about to go on by itself', async () => {
		const setting = { parameters: download, leftMs: 0, httpStatus: 503 };
		const { output } = await resuming([waiting('job_1')], [ended('job_1')], setting);
		expect(output[0]!.json.failure).toMatchObject({
			code: 'download_failed',
			message: expect.stringContaining('"Limit Wait" was almost over') as string,
		});
	});
});
