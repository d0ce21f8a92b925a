import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { fixture, statusOf } from './dialect.ts';
import { segmind } from './dialects/segmind.ts';
import { nock } from './nock.ts';
import { runNode } from './nodeContext.ts';
import { Host, type WireReply } from './wire.ts';

const bytes = readFileSync(join(__dirname, '../sandbox/assets/images/square-512.png'));
const apiKey = 'sk-live/upload+secret';

beforeEach(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());

const run = () =>
	runNode({
		node: new SeedanceGenerateVideo(),
		parameters: {
			provider: 'segmind',
			model: segmind.model,
			mode: 'imageToVideo',
			imageInput: 'binary',
			prompt: 'A lamp',
			afterSubmit: 'return',
		},
		credentialType: new segmind.credentialType(),
		credential: { ...segmind.credential, apiKey },
		image: { bytes, fileName: 'photo.png' },
	});

function hosts(...uploads: WireReply[]) {
	return {
		upload: new Host(segmind.credential.uploadUrl!, ...uploads),
		api: new Host(segmind.credential.baseUrl!, { body: fixture(segmind, 'submit.submitted') }),
	};
}
const reply = (name: string): WireReply => ({
	status: statusOf(name),
	body: fixture(segmind, name),
});

it.each(['upload.file-urls', 'upload.urls'])('a file is uploaded first: %s', async (name) => {
	const { upload, api } = hosts(reply(name));
	const [item] = await run();
	const [sent] = upload.requests;
	expect([upload.requests.length, sent!.method, sent!.path]).toEqual([1, 'POST', '/upload-asset']);
	expect(sent!.headers['x-api-key']).toBe(apiKey);
	const expected = JSON.stringify(fixture(segmind, 'upload.request'));
	expect(JSON.stringify(sent!.body)).toBe(expected.replace('(the file)', bytes.toString('base64')));
	expect(api.requests).toMatchObject([
		{
			path: '/v2/seedance-pro',
			body: { image_url: 'https://segmind-inference-inputs.s3.amazonaws.com/up/photo.png' },
		},
	]);
	expect(item!.json.jobId).toBe(segmind.jobId);
});

it('an upload that breaks is tried again: it costs nothing', async () => {
	const { upload, api } = hosts(reply('error.500'), reply('upload.file-urls'));
	await run();
	expect([upload.requests.length, api.requests.length]).toEqual([2, 1]);
});

it.each([301, 302, 307, 308])('an upload does not follow HTTP %i with the key', async (status) => {
	const elsewhere = new Host('https://elsewhere.example', reply('upload.file-urls'));
	const { api } = hosts({
		status,
		headers: { location: 'https://elsewhere.example/upload-asset' },
	});
	await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('redirect') });
	expect([elsewhere.requests, api.requests]).toEqual([[], []]);
});

it.each<[string, WireReply]>([
	['no address', { body: { file_urls: [] } }],
	['an address that is none', { body: { urls: ['pending'] } }],
	['a list of another shape', { body: { file_urls: [{ url: 'https://example.com/a.png' }] } }],
	['a refusal', { status: 400, body: { error: 'No such luck' } }],
	['an HTML page', { status: 405, body: '<html></html>' }],
])('nothing is submitted where the upload gives %s', async (_, answer) => {
	const { api } = hosts(answer);
	await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('Segmind') });
	expect(api.requests).toEqual([]);
});
