import type { IHttpRequestOptions } from 'n8n-workflow';
import { success } from '../../nodes/Seedance/core/fault';
import type { Endpoint, Uploaded } from '../../nodes/Seedance/core/provider';
import type { ImageFile } from '../../nodes/Seedance/core/request';
import { putFile } from '../../nodes/Seedance/runtime/api/putFile';
import type { Caller, Key } from '../../nodes/Seedance/runtime/api/send';
import { uploadFile } from '../../nodes/Seedance/runtime/api/upload';
import { refuses, scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const file: ImageFile = { bytes: Buffer.from([1, 2, 3]), mimeType: 'image/png', fileName: 'a.png' };

async function putting(url: string, answer: () => unknown, baseUrl = 'https://api.example.com') {
	const sent: IHttpRequestOptions[] = [];
	const caller = {
		helpers: {
			httpRequest: (options: IHttpRequestOptions) => {
				sent.push(options);
				return Promise.resolve(answer());
			},
		},
	} as unknown as Caller;
	const key = { provider: { name: 'Example' }, settings: { baseUrl, apiKey: 'sk-1' } } as Key;
	return { outcome: await putFile(caller, key, url, file), sent };
}

describe('the second step of an upload', () => {
	it('sends the bytes with their type, without the key, and follows no redirect', async () => {
		const { outcome, sent } = await putting('https://cdn.example/slot', () => ({
			statusCode: 200,
		}));
		expect(outcome).toEqual(success(true));
		expect(sent).toMatchObject([
			{
				method: 'PUT',
				url: 'https://cdn.example/slot',
				headers: { 'content-type': 'image/png' },
				body: file.bytes,
				disableFollowRedirect: true,
			},
		]);
		expect(JSON.stringify(sent)).not.toContain('sk-1');
	});

	it.each([
		['http://cdn.example/slot', 'https://api.example.com'],
		['https:', 'https://api.example.com'],
		['file:///etc/passwd', 'https://api.example.com'],
		['http://127.0.0.1:8080/x', 'https://api.example.com'],
		['https://localhost/x', 'https://api.example.com'],
		['http://169.254.169.254/x', 'http://127.0.0.1'],
	])('sends nothing to "%s" if the provider is at %s', async (url, baseUrl) => {
		const { outcome, sent } = await putting(url, () => ({ statusCode: 200 }), baseUrl);
		expect(outcome).toMatchObject({ ok: false, fault: { transient: false, ambiguous: false } });
		expect(sent).toEqual([]);
	});

	it('stays on this machine if the provider is on it, as in a test', async () => {
		const { outcome } = await putting(
			'http://127.0.0.1:1/x',
			() => ({ statusCode: 204 }),
			'http://localhost',
		);
		expect(outcome).toEqual(success(true));
	});

	it.each([
		[302, false],
		[403, false],
		[429, true],
		[500, true],
	])(
		'that is answered with HTTP %i is a fault, worth another try: %s',
		async (statusCode, transient) => {
			const { outcome } = await putting('https://cdn.example/slot', () => ({ statusCode }));
			expect(outcome).toMatchObject({
				ok: false,
				fault: { httpStatus: statusCode, transient, ambiguous: false },
			});
		},
	);

	it('that breaks off has started no job', async () => {
		const { outcome } = await putting('https://cdn.example/slot', () => {
			throw Object.assign(new Error('with the request in it'), { code: 'ECONNRESET' });
		});
		expect(outcome).toMatchObject({ ok: false, fault: { transient: true, ambiguous: false } });
		expect(JSON.stringify(outcome)).not.toContain('with the request');
	});
});

describe('an upload', () => {
	const endpoint = {} as Endpoint<ImageFile, Uploaded>;

	function uploading(place: Array<Uploaded | 'silence'>, puts: boolean[]) {
		const clock = new VirtualClock(0);
		const asked: string[] = [];
		const session = {
			...scriptedSession(clock, () => silence),
			call: (intent: string) => {
				asked.push(intent);
				const next = place.length > 1 ? place.shift()! : place[0]!;
				return Promise.resolve(next === 'silence' ? silence : success(next));
			},
			putFile: (url: string) => {
				asked.push(url);
				const works = puts.length > 1 ? puts.shift()! : puts[0]!;
				return Promise.resolve(works ? success(true as const) : refuses({ transient: true }));
			},
		};
		return { outcome: uploadFile(session as never, endpoint, file, 60_000), asked };
	}

	it('in one step gives the address', async () => {
		const { outcome, asked } = uploading([{ url: 'https://f/1' }], [true]);
		expect(await outcome).toEqual(success('https://f/1'));
		expect(asked).toEqual(['upload']);
	});

	it('in two steps gives it when the bytes are there, and tries both again', async () => {
		const place = { url: 'https://f/1', putTo: 'https://slot' };
		const { outcome, asked } = uploading(['silence', place], [false, true]);
		expect(await outcome).toEqual(success('https://f/1'));
		expect(asked).toEqual(['upload', 'upload', 'https://slot', 'https://slot']);
	});

	it('that fails leaves no doubt about money', async () => {
		const { outcome } = uploading(['silence'], [true]);
		expect(await outcome).toMatchObject({ ok: false, fault: { ambiguous: false } });
	});
});
