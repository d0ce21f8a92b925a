/** ModelArk through the nodes: a lost answer, an image, a last frame. Every request is counted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type types from 'nock';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { SeedanceGenerateImage } from '../../nodes/Seedance/SeedanceGenerateImage.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { fixture } from './dialect.ts';
import { modelArk } from './dialects/modelArk.ts';
import { modelArkImages } from './dialects/modelArkImages.ts';
import { nock } from './nock.ts';
import { runNode, type NodeRun } from './nodeContext.ts';
import { Host } from './wire.ts';

const origin = 'https://ark.ap-southeast.bytepluses.com';
const TASKS = '/api/v3/contents/generations/tasks';
const png = readFileSync(join(__dirname, '../sandbox/assets/images/small-100.png'));

let apiKey = '';
let keys = 0;
beforeEach(() => {
	apiKey = `sk-live/ark${(keys += 1)}+secret`;
	nock.disableNetConnect();
});
afterEach(() => nock.cleanAll());

const runOf = (node: NodeRun['node'], parameters: NodeRun['parameters']): NodeRun => ({
	node,
	parameters: { provider: 'modelArk', ...parameters },
	credentialType: new modelArk.credentialType(),
	// As n8n saves it where nothing was changed.
	credential: { apiKey, region: 'international', baseUrl: '' },
});
const generating = () =>
	runOf(new SeedanceGenerateVideo(), {
		model: 'seedance-2.0',
		mode: 'textToVideo',
		prompt: 'A lamp',
		afterSubmit: 'return',
	});

it('a video whose answer was lost is found by its tag; one POST is all that was sent', async () => {
	const posts: string[] = [];
	const listings: string[] = [];
	nock(origin)
		.persist()
		.post(TASKS)
		.reply(async (request: Request): Promise<types.ReplyFnResult> => {
			const body = (await request.json()) as { safety_identifier: string };
			posts.push(body.safety_identifier);
			return [502, '<html>Bad Gateway</html>', { 'content-type': 'text/html' }];
		});
	nock(origin)
		.persist()
		.get((path) => path.startsWith(`${TASKS}?`))
		.reply(({ url }: Request): types.ReplyFnResult => {
			listings.push(url);
			const model = 'dreamina-seedance-2-0-260128';
			const task = { model, status: 'running', created_at: Math.floor(Date.now() / 1000) };
			const items = [
				{ ...task, id: 'cgt-of-another', safety_identifier: 'n8n-another' },
				{ ...task, id: 'cgt-untagged' },
				{ ...task, id: 'cgt-ours', safety_identifier: posts[0] },
			];
			return [200, { items, total: 3 }, { 'content-type': 'application/json' }];
		});
	const [item] = await runNode(generating());
	expect(item!.json).toMatchObject({ jobId: 'cgt-ours', status: 'processing', failure: null });
	expect([posts.length, listings.length]).toEqual([1, 1]);
	expect(posts[0]).toMatch(/^n8n-[0-9a-f]{40}$/);
});

it('a finished video is downloaded with its last frame, without the key', async () => {
	const reply = fixture(modelArk, 'status.succeeded-last-frame');
	const api = new Host(origin, { body: reply });
	const files = 'https://ark-acg-ap-southeast-1.tos-ap-southeast-1.bytepluses.example';
	const asked: Array<Record<string, unknown>> = [];
	const mp4 = Buffer.from('\0\0\0\x18ftypisom', 'latin1');
	nock(files)
		.persist()
		.get((path) => path.includes('/0217862815.'))
		.reply((request: Request): types.ReplyFnResult => {
			asked.push({ url: request.url, ...Object.fromEntries(request.headers.entries()) });
			return request.url.includes('.png')
				? [200, png, { 'content-type': 'image/png' }]
				: [200, mp4, { 'content-type': 'video/mp4' }];
		});
	const { jobId } = modelArk;
	const [item] = await runNode(
		runOf(new SeedanceCheckStatus(), { jobId, downloadVideo: true, binaryField: 'file' }),
	);
	expect(item!.binary).toMatchObject({
		file: { data: mp4.toString('base64'), mimeType: 'video/mp4' },
		lastFrame: { data: png.toString('base64'), mimeType: 'image/png' },
	});
	expect([api.requests.length, asked.length]).toEqual([1, 2]);
	expect(JSON.stringify(asked)).not.toContain('authorization');
	expect(JSON.stringify(asked)).not.toContain(apiKey);
});

describe('Generate Image', () => {
	const drawing = (parameters: NodeRun['parameters'] = {}) =>
		runOf(new SeedanceGenerateImage(), {
			model: 'seedream-5.0-lite',
			mode: 'textToVideo',
			prompt: 'A lamp',
			afterSubmit: 'wait',
			...parameters,
		});

	it('has the image at once, asks for nothing more, and downloads it without the key', async () => {
		const api = new Host(origin, { body: fixture(modelArkImages, 'generated') });
		const files = new Host('https://ark-content-generation-ap-southeast-1.tos.example', {
			headers: { 'content-type': 'image/png' },
			body: png,
		});
		const [item] = await runNode(
			drawing({ downloadImage: true, options: { binaryField: 'file' } }),
		);
		expect(item!.json).toMatchObject({ status: 'completed', costUsd: 0.035 });
		expect(item!.binary!.file).toMatchObject({ data: png.toString('base64') });
		expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'POST /api/v3/images/generations',
		]);
		expect(files.requests).toHaveLength(1);
		expect(files.requests[0]!.headers).not.toHaveProperty('authorization');
	});

	it('says why an image was refused', async () => {
		new Host(origin, { body: fixture(modelArkImages, 'generated.failed') });
		const error: unknown = await runNode(drawing()).catch((problem: unknown) => problem);
		expect(JSON.stringify(error)).toContain('the finished image may be sensitive');
	});

	it('does not draw again where the answer was lost, and says that it may have been drawn', async () => {
		const api = new Host(origin, { status: 504, body: '' });
		const error: unknown = await runNode(drawing()).catch((problem: unknown) => problem);
		expect((error as Error).message).toContain('may have started');
		expect(api.requests).toHaveLength(1);
	});
});
