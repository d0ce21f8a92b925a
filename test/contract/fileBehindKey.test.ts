/** A file that needs the key: the key goes to the host of the credential, whatever a reply or a redirect says. */
import type { INodeParameters } from 'n8n-workflow';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { fixture } from './dialect.ts';
import { openRouter as contract } from './dialects/openRouter.ts';
import { nock } from './nock.ts';
import { runNode } from './nodeContext.ts';
import { Host, type WireReply } from './wire.ts';

const OWN = 'https://openrouter.ai';
const ELSEWHERE = 'https://elsewhere.example';
const { jobId } = contract;
const CONTENT = `/api/v1/videos/${jobId}/content?index=0`;
const MP4 = Buffer.from('\0\0\0 ftypisom', 'latin1');

const video: WireReply = {
	headers: { 'content-type': 'video/mp4', 'content-length': String(MP4.length) },
	body: MP4,
};
const completed = fixture(contract, 'status.completed');
const withAddress = (url: string) => ({ body: { ...completed, unsigned_urls: [url] } });

let keys = 0;
let apiKey = '';
beforeEach(() => {
	apiKey = `sk-or-v1-${(keys += 1)}-secret`;
	nock.disableNetConnect();
});
afterEach(() => nock.cleanAll());

async function check(parameters: INodeParameters = {}, baseUrl = `${OWN}/api/v1`) {
	const [item] = await runNode({
		node: new SeedanceCheckStatus(),
		parameters: { provider: contract.provider, jobId, ...parameters },
		credentialType: new contract.credentialType(),
		credential: { baseUrl, apiKey },
	});
	return item!;
}

/** Path and key of each request. */
const cameTo = ({ requests }: Host) =>
	requests.map(({ path, headers }) => [path, headers.authorization]);
const question = () => [contract.statusPath, `Bearer ${apiKey}`];
const fetched = () => [CONTENT, `Bearer ${apiKey}`];

it.each([true, false])(
	'is downloaded with the key, also where nobody asked for it (Download Video: %s)',
	async (downloadVideo) => {
		const own = new Host(OWN, { body: completed }, video);
		const { json, binary } = await check({ downloadVideo });
		expect(cameTo(own)).toEqual([question(), fetched()]);
		expect(own.requests[1]!.headers).toMatchObject({ 'accept-encoding': 'identity' });
		expect(binary!.video).toMatchObject({ data: MP4.toString('base64'), mimeType: 'video/mp4' });
		expect(json.videoUrl).toBe(OWN + CONTENT);
		expect(json.videoUrlNote).toContain('works only with the OpenRouter API key');
	},
);

it.each([301, 302, 303, 307, 308])(
	'is followed to another host without the key: HTTP %i',
	async (status) => {
		const location = `${ELSEWHERE}/v.mp4?signature=1`;
		const own = new Host(OWN, { body: completed }, { status, headers: { location } });
		const elsewhere = new Host(ELSEWHERE, video);
		const { binary } = await check();
		expect(cameTo(own)).toEqual([question(), fetched()]);
		expect(cameTo(elsewhere)).toStrictEqual([['/v.mp4?signature=1', undefined]]);
		expect(JSON.stringify(elsewhere.requests)).not.toContain(apiKey);
		expect(binary!.video!.data).toBe(MP4.toString('base64'));
	},
);

it('is followed to another path without the key, also at the own host', async () => {
	const own = new Host(
		OWN,
		{ body: completed },
		{ status: 302, headers: { location: '/v.mp4' } },
		video,
	);
	await check();
	expect(cameTo(own)).toStrictEqual([question(), fetched(), ['/v.mp4', undefined]]);
});

it('is followed to a path that is relative to its own', async () => {
	const redirect = { status: 302, headers: { location: 'files/v.mp4' } };
	const own = new Host(OWN, { body: completed }, redirect, video);
	await check();
	const path = `/api/v1/videos/${jobId}/files/v.mp4`;
	expect(cameTo(own)).toStrictEqual([question(), fetched(), [path, undefined]]);
});

it.each(['file:///etc/passwd', 'data:video/mp4;base64,AAAA', 'http://'])(
	'is not followed to "%s"',
	async (location) => {
		new Host(OWN, { body: completed }, { status: 302, headers: { location } });
		await expect(check()).rejects.toThrow(/not a web address|download failed \(HTTP 302\)/);
	},
);

it.each([
	`${ELSEWHERE}${CONTENT}`,
	`http://openrouter.ai${CONTENT}`,
	`https://openrouter.ai.elsewhere.example${CONTENT}`,
	`https://openrouter.ai@elsewhere.example${CONTENT}`,
])('is asked for at the own host, though the reply says %s', async (url) => {
	const own = new Host(OWN, withAddress(url), video);
	const others = [ELSEWHERE, 'http://openrouter.ai', 'https://openrouter.ai.elsewhere.example'].map(
		(origin) => new Host(origin, video),
	);
	await check();
	expect(cameTo(own)).toEqual([question(), fetched()]);
	expect(others.flatMap(({ requests }) => requests)).toEqual([]);
});

it('is asked for at the proxy of the credential', async () => {
	const proxy = new Host('https://proxy.example', { body: completed }, video);
	const own = new Host(OWN, video);
	await check({}, 'https://proxy.example/or/v1');
	expect(cameTo(proxy)).toEqual([
		[`/or/v1/videos/${jobId}`, `Bearer ${apiKey}`],
		[`/or/v1/videos/${jobId}/content?index=0`, `Bearer ${apiKey}`],
	]);
	expect(own.requests).toEqual([]);
});

it.each([
	`${ELSEWHERE}/v.mp4`,
	`${OWN}/api/v1/videos/another/content?index=0`,
	`${OWN}/v.mp4?x=${CONTENT}`,
	`${OWN}/v.mp4#${CONTENT}`,
])('is nothing but the content of the job: %s gets no key', async (url) => {
	const own = new Host(OWN, withAddress(url), video);
	const elsewhere = new Host(ELSEWHERE, video);
	const { json, binary } = await check({ downloadVideo: true });
	const requests = [...own.requests.slice(1), ...elsewhere.requests];
	expect(requests).toHaveLength(1);
	expect(JSON.stringify(requests)).not.toContain(apiKey);
	expect(requests[0]!.headers).not.toHaveProperty('authorization');
	expect(binary!.video).toBeDefined();
	expect(json).not.toHaveProperty('videoUrlNote');
});

describe('a signed address', () => {
	const signed = { body: fixture(contract, 'status.completed-signed') };

	it('is left to the user, who can use it without the key', async () => {
		const own = new Host(OWN, signed);
		const { json, binary } = await check({ downloadVideo: false });
		expect(cameTo(own)).toEqual([question()]);
		expect(json.videoUrl).toMatch(/^https:\/\/storage\.example\.com\//);
		expect(json).not.toHaveProperty('videoUrlNote');
		expect(binary).toBeUndefined();
	});

	it('is downloaded without the key', async () => {
		new Host(OWN, signed);
		const storage = new Host('https://storage.example.com', video);
		await check({ downloadVideo: true });
		expect(cameTo(storage)).toStrictEqual([['/videos/k3v8.mp4?signature=abc', undefined]]);
	});
});

it('that the key does not open is an error with the ID of the job, and what to do', async () => {
	new Host(
		OWN,
		{ body: completed },
		{ status: 401, body: { error: { code: 401, message: 'No' } } },
	);
	const error: unknown = await check().catch((problem: unknown) => problem);
	expect(error).toMatchObject({ message: expect.stringContaining('HTTP 401') as string });
	expect((error as Error).message).toContain(jobId);
});
