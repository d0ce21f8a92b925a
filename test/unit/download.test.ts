import type { IHttpRequestOptions } from 'n8n-workflow';
import { newJob, type Job } from '../../nodes/Seedance/core/job';
import { downloadMedia } from '../../nodes/Seedance/runtime/api/download';
import type { Caller } from '../../nodes/Seedance/runtime/api/send';
import { timingOf, VirtualClock } from './virtualClock.ts';

const job: Job = {
	...newJob('task_1', 'seedance'),
	model: 'seedance-2.0',
	status: 'completed',
	videoUrl: 'https://cdn.example.com/v.mp4',
	expiresAt: '2026-04-11T14:31:28.000Z',
};
interface Media {
	statusCode?: number;
	headers?: Record<string, string>;
	body?: string;
	/** Comes without an end, so many bytes in half a second. */
	flood?: number;
}
/** A body as n8n's client gives it, as far as a download sees it. */
interface FakeBody {
	text: string;
	flood?: number;
	error?: Error;
	push(chunk: { length: number }): boolean;
	destroy(error: Error): void;
}
const mp4 = '\0\0\0 ftypisom';
const whole: Media = {
	headers: { 'content-type': 'video/mp4', 'content-length': String(mp4.length) },
	body: mp4,
};

/** Downloads where the host answers so, one after the other, the last one again and again. */
async function downloading(
	answers: Array<Media | Error>,
	from = job,
	stored = false,
	prepare: (clock: VirtualClock) => void = () => undefined,
	field = 'video',
) {
	const clock = new VirtualClock(0);
	prepare(clock);
	const requests: IHttpRequestOptions[] = [];
	const stop = () => {
		throw new Error('A download never carries the key');
	};
	const helpers = {
		httpRequestWithAuthentication: stop,
		httpRequest(options: IHttpRequestOptions) {
			requests.push(options);
			const answer = answers[Math.min(requests.length, answers.length) - 1]!;
			if (answer instanceof Error) return Promise.reject(answer);
			const { body: text = '', flood } = answer;
			const body: FakeBody = {
				text,
				flood,
				push: () => true,
				destroy: (error) => (body.error = error),
			};
			return Promise.resolve({ statusCode: 200, headers: {}, ...answer, body });
		},
		// Files are kept on disk under an id, or in memory as base64.
		prepareBinaryData: async (body: FakeBody, fileName: string, mimeType: string) => {
			while (body.flood !== undefined && !body.error) {
				body.push({ length: body.flood });
				await clock.sleep(500);
			}
			if (body.error) throw body.error;
			return stored
				? { id: `file:${body.text}`, data: 'filesystem-v2', fileName, mimeType }
				: { data: Buffer.from(body.text, 'latin1').toString('base64'), fileName, mimeType };
		},
		getBinaryMetadata: (id: string) => Promise.resolve({ fileSize: id.length - 'file:'.length }),
		getBinaryStream: (id: string) =>
			Promise.resolve([Buffer.from(id.replace('file:', ''), 'latin1')]),
	};
	const caller = { helpers, getCredentials: stop } as unknown as Caller;
	const outcome = await downloadMedia(caller, timingOf(clock), from, field);
	return { outcome, requests, tookMs: clock.now() };
}

describe('a download', () => {
	it('gives the file under its field, with name and type', async () => {
		const { outcome, requests } = await downloading([whole]);
		expect(outcome).toEqual({
			ok: true,
			value: {
				video: {
					data: Buffer.from(mp4).toString('base64'),
					fileName: 'seedance-2.0-task_1.mp4',
					mimeType: 'video/mp4',
				},
			},
		});
		expect(requests).toHaveLength(1);
	});

	it('trap 9: asks without the key, as a stream', async () => {
		const { requests } = await downloading([whole]);
		expect(requests[0]).toMatchObject({ method: 'GET', url: job.videoUrl, encoding: 'stream' });
		expect(requests[0]!.headers).toEqual({ 'accept-encoding': 'identity' });
	});

	it.each<[string, Media]>([
		['application/octet-stream', { headers: { 'content-type': 'application/octet-stream' } }],
		['binary/octet-stream', { headers: { 'content-type': 'binary/octet-stream' } }],
		['VIDEO/MP4; codecs=avc1', { headers: { 'content-type': 'VIDEO/MP4; codecs=avc1' } }],
		['no type at all', {}],
	])('accepts an MP4 as %s', async (_, answer) => {
		const { outcome } = await downloading([{ body: mp4, ...answer }]);
		expect(outcome).toMatchObject({ ok: true, value: { video: { mimeType: 'video/mp4' } } });
	});

	it.each<[string, Media]>([
		['application/octet-stream', { headers: { 'content-type': 'application/octet-stream' } }],
		['no type at all', {}],
	])('refuses a page that comes as %s', async (_, answer) => {
		const { outcome } = await downloading([{ body: '<html>gone</html>', ...answer }]);
		expect(outcome).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining('something that is no video') as string },
		});
	});

	it.each([true, false])(
		'that came empty is begun again, whatever the host says (kept on disk: %s)',
		async (stored) => {
			for (const length of ['0', undefined]) {
				const headers = {
					'content-type': 'video/mp4',
					...(length && { 'content-length': length }),
				};
				const empty: Media = { headers, body: '' };
				const { outcome, requests } = await downloading([empty, whole], job, stored);
				expect([outcome.ok, requests.length]).toEqual([true, 2]);
				const always = await downloading([empty], job, stored);
				expect(always.requests).toHaveLength(3);
				expect(always.outcome).toMatchObject({
					ok: false,
					fault: { code: 'download_failed', message: 'The file is empty', transient: true },
				});
			}
		},
	);

	it('without a length is as long as the job says, at least', async () => {
		const untold = { headers: { 'content-type': 'video/mp4' }, body: mp4 };
		for (const [fileSizeBytes, ok] of [
			[mp4.length, true],
			[mp4.length - 1, true],
			[mp4.length + 1, false],
		] as const) {
			const { outcome } = await downloading([untold], { ...job, fileSizeBytes });
			expect([fileSizeBytes, outcome.ok]).toEqual([fileSizeBytes, ok]);
		}
		// The host knows better.
		const { outcome } = await downloading([whole], { ...job, fileSizeBytes: 8_542_310 });
		expect(outcome.ok).toBe(true);
	});

	it.each([true, false])(
		'that says it is a video and begins like a page is refused (kept on disk: %s)',
		async (stored) => {
			const page = { headers: { 'content-type': 'video/mp4' }, body: '<html>gone</html>' };
			const { outcome } = await downloading([page], job, stored);
			expect(!outcome.ok && outcome.fault.message).toMatch(/something that is no video/);
		},
	);

	it.each([true, false])(
		'that came incomplete is begun again (kept on disk: %s)',
		async (stored) => {
			const cut = { ...whole, body: 'vid' };
			const { outcome, requests, tookMs } = await downloading([cut, cut, whole], job, stored);
			expect(outcome.ok).toBe(true);
			expect([requests.length, tookMs]).toEqual([3, 3_000]);
		},
	);

	it('that stays incomplete is given up after three tries, and says how much came', async () => {
		const { outcome, requests } = await downloading([{ ...whole, body: 'vid' }]);
		expect(requests).toHaveLength(3);
		expect(outcome).toMatchObject({
			ok: false,
			fault: {
				code: 'download_failed',
				message: expect.stringContaining('incomplete (3 of 12 bytes)') as string,
				hint: expect.stringContaining('Check Status') as string,
			},
		});
	});

	it.each<[string, Media | Error]>([
		['a broken connection', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
		['HTTP 503', { statusCode: 503 }],
		['HTTP 429', { statusCode: 429 }],
	])('goes on after %s', async (_, trouble) => {
		const { outcome, requests } = await downloading([trouble, whole]);
		expect([outcome.ok, requests.length]).toEqual([true, 2]);
	});

	it.each([403, 404, 410])(
		'of an address that has died (HTTP %i) is not tried again',
		async (statusCode) => {
			const { outcome, requests } = await downloading([{ statusCode }]);
			expect(requests).toHaveLength(1);
			expect(outcome).toMatchObject({
				fault: {
					message: expect.stringMatching(
						/does not work any more \(it was kept until 2026-04-11T14:31:28\.000Z\)$/,
					) as string,
					transient: false,
				},
			});
		},
	);

	it.each<[string, Media, RegExp]>([
		['a web page', { headers: { 'content-type': 'text/html; charset=utf-8' } }, /text\/html/],
		['JSON', { headers: { 'content-type': 'application/json' } }, /application\/json/],
		['a picture', { headers: { 'content-type': 'image/png' } }, /image\/png/],
		['HTTP 400', { statusCode: 400 }, /HTTP 400/],
		['a part', { statusCode: 206 }, /HTTP 206/],
	])('that leads to %s is refused', async (_, answer, words) => {
		const { outcome, requests } = await downloading([answer]);
		expect(requests).toHaveLength(1);
		expect(!outcome.ok && outcome.fault.message).toMatch(words);
	});

	it('that says it is more than 1 GB is not even begun', async () => {
		const headers = { ...whole.headers, 'content-length': String(1024 ** 3 + 1) };
		const { outcome, requests } = await downloading([{ ...whole, headers }]);
		expect(requests).toHaveLength(1);
		expect(!outcome.ok && outcome.fault.message).toMatch(/more than 1 GB/);
	});

	const endless: Media = { headers: { 'content-type': 'video/mp4' }, body: 'video' };

	it('that unpacks to more than its host said is broken off', async () => {
		const { outcome, requests } = await downloading([{ ...whole, flood: 6 }]);
		expect(requests).toHaveLength(1);
		expect(!outcome.ok && outcome.fault).toMatchObject({
			message: expect.stringContaining('more than its host has announced') as string,
			transient: false,
		});
	});

	it('that does not say so is broken off as soon as 1 GB has come, and not tried again', async () => {
		const { outcome, requests, tookMs } = await downloading([
			{ ...endless, flood: 300 * 1024 ** 2 },
		]);
		expect(!outcome.ok && outcome.fault.message).toMatch(/more than 1 GB/);
		expect([requests.length, tookMs]).toEqual([1, 3 * 500]);
	});

	it('that takes long is not broken off while something comes', async () => {
		const stop = (clock: VirtualClock) => clock.stopIn(10 * 60_000);
		const { requests, tookMs } = await downloading([{ ...endless, flood: 1 }], job, false, stop);
		expect([requests.length, tookMs]).toEqual([1, 10 * 60_000]);
	});

	it.each([
		...[null, '', '/v.mp4', 'https://', 'v.mp4', '//example.com/v.mp4'],
		...['file:///etc/passwd', 'FILE:///etc/passwd', 'file://localhost/etc/passwd', 'ftp://a/v.mp4'],
		...[
			'data:video/mp4;base64,AAAA',
			'javascript:alert(1)',
			' javascript:alert(1)',
			'blob:https://a/1',
		],
		...['ws://example.com/v.mp4', 'gopher://example.com/1', 'view-source:https://example.com'],
	])('of %p is not even begun', async (videoUrl) => {
		const { outcome, requests } = await downloading([whole], { ...job, videoUrl });
		expect(requests).toEqual([]);
		expect(!outcome.ok && outcome.fault.message).toMatch(/not a web address/);
	});

	it('has a file name without anything that a file system minds', async () => {
		const odd = { ...job, jobId: '../a b?c', model: null };
		const { outcome } = await downloading([whole], odd);
		expect(outcome.ok && outcome.value.video!.fileName).toMatch(/^[\w.-]+\.mp4$/);
	});
});

describe('the last frame', () => {
	const jpeg = '\xff\xd8\xff\xe0 JFIF';
	const png = '\x89PNG\r\n\x1a\n';
	const frame = (body: string, type?: string): Media => ({
		headers: type === undefined ? {} : { 'content-type': type },
		body,
	});
	const lastFrameUrl = 'https://cdn.example.com/last';
	const withFrame = { ...job, lastFrameUrl };
	const framed = (answer: Media | Error, ...more: Array<Media | Error>) =>
		downloading([whole, answer, ...more], withFrame);

	it.each([
		['image/jpeg', jpeg, 'seedance-2.0-task_1-last-frame.jpg', 'image/jpeg'],
		['image/png', png, 'seedance-2.0-task_1-last-frame.png', 'image/png'],
		['image/webp; q=1', 'RIFF    WEBPVP8 ', 'seedance-2.0-task_1-last-frame.webp', 'image/webp'],
		[undefined, png, 'seedance-2.0-task_1-last-frame.png', 'image/png'],
	])('comes as %s in a field of its own', async (type, body, fileName, mimeType) => {
		const { outcome, requests } = await framed(frame(body, type));
		expect(outcome).toMatchObject({
			ok: true,
			value: {
				video: { fileName: 'seedance-2.0-task_1.mp4', mimeType: 'video/mp4' },
				lastFrame: { fileName, mimeType },
			},
		});
		expect(requests.map(({ url }) => url)).toEqual([job.videoUrl, lastFrameUrl]);
		expect(requests[1]!.headers).toEqual({ 'accept-encoding': 'identity' });
	});

	it('is not there where the job has none', async () => {
		const { outcome, requests } = await downloading([whole]);
		expect(outcome.ok && Object.keys(outcome.value)).toEqual(['video']);
		expect(requests).toHaveLength(1);
	});

	it('gives way to the video where both would be in one field', async () => {
		const { outcome } = await downloading(
			[whole, frame(jpeg, 'image/jpeg')],
			withFrame,
			false,
			undefined,
			'lastFrame',
		);
		expect(outcome.ok && Object.entries(outcome.value)).toEqual([
			['lastFrame', expect.objectContaining({ mimeType: 'video/mp4' })],
		]);
	});

	it('is tried again by itself where its host is in trouble', async () => {
		const { outcome, requests } = await framed({ statusCode: 503 }, frame(jpeg, 'image/jpeg'));
		expect(outcome.ok && Object.keys(outcome.value).sort()).toEqual(['lastFrame', 'video']);
		expect(requests.map(({ url }) => url)).toEqual([job.videoUrl, lastFrameUrl, lastFrameUrl]);
	});

	it.each<[string, Media, RegExp, number]>([
		['is gone', { statusCode: 404 }, /does not work any more \(it was kept until 2026-04-11/, 2],
		['is a video', frame(mp4, 'video/mp4'), /leads to something else \(video\/mp4\)/, 2],
		['is a page', frame('<html>gone</html>', 'image/jpeg'), /something that is no image/, 2],
	])('that %s is a fault of the download', async (_, answer, words, tries) => {
		const { outcome, requests } = await framed(answer);
		expect(outcome).toMatchObject({
			ok: false,
			fault: { code: 'download_failed', message: expect.stringMatching(words) as string },
		});
		expect(requests).toHaveLength(tries);
	});

	it('is not asked for where the video has failed', async () => {
		const { outcome, requests } = await downloading([{ statusCode: 404 }], withFrame);
		expect(outcome.ok).toBe(false);
		expect(requests.map(({ url }) => url)).toEqual([job.videoUrl]);
	});

	it('has no other length than its host says: that in the job is that of the video', async () => {
		const big = { ...withFrame, fileSizeBytes: mp4.length };
		const { outcome } = await downloading([whole, frame(jpeg.slice(0, 4), 'image/jpeg')], big);
		expect(outcome.ok).toBe(true);
	});

	it('at an address that is not of the web is not asked for', async () => {
		const odd = { ...job, lastFrameUrl: 'file:///etc/passwd' };
		const { outcome, requests } = await downloading([whole], odd);
		expect(!outcome.ok && outcome.fault.message).toMatch(/not a web address/);
		expect(requests).toHaveLength(1);
	});
});
