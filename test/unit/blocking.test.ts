import { PassThrough } from 'node:stream';
import { failure, inputFault, success } from '../../nodes/Seedance/core/fault';
import type { Job } from '../../nodes/Seedance/core/job';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { providerById } from '../../nodes/Seedance/providers';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { generateBlocking } from '../../nodes/Seedance/runtime/submit/blocking';
import type { Caller } from '../../nodes/Seedance/runtime/api/send';
import type { Session } from '../../nodes/Seedance/runtime/api/session';
import { scriptedSession, silence } from './scriptedSession.ts';
import { MP4, storeVideo } from './storeVideo.ts';
import { VirtualClock } from './virtualClock.ts';

const segmind = providerById('segmind');
const { sync, ...dialect } = segmind.dialectsForJob({ jobId: '' })[0];
const raw = { prompt: 'A lamp', duration: 5 };
const checked = checkRequest(raw, segmind.models[0]!, 'textToVideo');
if (!checked.ok) throw new Error(checked.problems.join());
const order = {
	itemIndex: 0,
	request: checked.request,
	memoryKey: '0/0',
	idempotencyKey: 'key-1',
	timeoutMs: 600_000,
	binaryField: 'video',
} as GenerateItem;

/** A node that makes one video in one call; its file comes in through `body`. */
function making(
	body = new PassThrough(),
	more: Record<string, string> = {},
	item: GenerateItem = order,
) {
	const clock = new VirtualClock(0);
	let calls = 0;
	const traces: unknown[] = [];
	const session: Session = {
		...scriptedSession(clock, () => silence),
		noteSubmit: (...trace) => void traces.push(trace),
		fetchFile: (_, timeoutMs, { until, onSend } = {}) => {
			calls += 1;
			expect([timeoutMs, until]).toEqual([600_000, clock.now() + 600_000]);
			onSend?.();
			const headers = { 'x-request-id': 'job-1', 'x-cost': '0.35', ...more };
			return Promise.resolve(success({ status: 200, headers, body }));
		},
	};
	const memory = submitMemory({}, '7');
	const caller = { helpers: { prepareBinaryData: storeVideo } } as unknown as Caller;
	const spent: string[] = [];
	const spend = (job: Partial<Job>) => void spent.push(job.jobId!);
	const context = { ctx: caller, session, memory, spend };
	const make = () => generateBlocking(context, { ...dialect, sync: sync! }, item);
	return { make, clock, traces, spent, calls: () => calls };
}

const base64 = Buffer.from(MP4).toString('base64');

it.each([
	['an empty file', '', /is empty.*job-1/],
	['a page that calls itself a video', '<html>busy</html>', /no video.*job-1/],
])('%s is no video; it is charged, so it is not asked for again', async (_, content, words) => {
	const body = new PassThrough();
	body.end(content);
	const { make, calls } = making(body, { 'content-type': 'video/mp4' });
	const fault = {
		message: expect.stringMatching(words) as string,
		hint: expect.stringContaining('made and charged') as string,
	};
	expect(await make()).toMatchObject({ fault, jobId: 'job-1' });
	expect(await make()).toMatchObject({ fault });
	expect(calls()).toBe(1);
});

it('keeps the file for a second try of the node: it cannot be fetched again', async () => {
	const body = new PassThrough();
	body.end(MP4);
	const { make, calls, spent } = making(body);
	const first = await make();
	expect(first).toMatchObject({ job: { jobId: 'job-1' }, binary: { video: { data: base64 } } });
	expect(await make()).toEqual(first);
	expect(calls()).toBe(1);
	// Counted for the limits of a month, once.
	expect(spent).toEqual(['job-1']);
});

it('makes one video for two items with the same key that are processed at the same time', async () => {
	const body = new PassThrough();
	body.end(MP4);
	const { make, calls } = making(body);
	const [first, second] = await Promise.all([make(), make()]);
	expect(first).toMatchObject({ job: { jobId: 'job-1' }, binary: { video: { data: base64 } } });
	expect(second).toEqual(first);
	expect(calls()).toBe(1);
});

it('leaves a trace in the log before it is sent: it may be paid although nothing comes back', async () => {
	const body = new PassThrough();
	body.end(MP4);
	const { make, traces } = making(body);
	await make();
	expect(traces).toEqual([[[0]]]);
});

it('is not made without the image that it should show', async () => {
	const loadFiles = () => Promise.resolve(failure(inputFault('No such file')));
	const { make, calls } = making(undefined, {}, { ...order, loadFiles });
	expect(await make()).toMatchObject({ fault: { message: 'No such file' } });
	expect(calls()).toBe(0);
});

it.each(['silence', 'a cut'])('%s in the middle is a fault, which names the job', async (what) => {
	const body = new PassThrough();
	body.write('vid');
	const { make, calls, clock } = making(body);
	if (what === 'a cut') body.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
	const fault = {
		message: expect.stringMatching(/in the middle of the video.*job-1/) as string,
		hint: expect.stringContaining('made and charged') as string,
	};
	expect(await make()).toMatchObject({ fault, jobId: 'job-1' });
	expect(clock.now()).toBeLessThanOrEqual(61_000);
	// "Retry On Fail" must neither pay again nor take the job without its file for a success.
	expect(await make()).toMatchObject({ fault });
	expect(calls()).toBe(1);
});

it('does not take a page for a video, and does not ask for another', async () => {
	const { make, calls } = making(new PassThrough(), { 'content-type': 'text/html; charset=utf-8' });
	const fault = { message: expect.stringMatching(/not a video.*may have started/) as string };
	expect(await make()).toMatchObject({ fault });
	expect(await make()).toMatchObject({ fault });
	expect(calls()).toBe(1);
});

it('takes the file in to its end although another item has stopped the run', async () => {
	const body = new PassThrough();
	const { make, clock } = making(body);
	clock.stopIn(1_000);
	void clock.sleep(30_000).then(() => body.end(MP4));
	expect(await make()).toMatchObject({ binary: { video: { data: base64 } } });
});
