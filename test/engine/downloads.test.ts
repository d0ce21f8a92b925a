/** Where a file's address leads to by redirects: never to anything but the web, and never with the key. */
import { startWitness, type Witness } from '../sandbox/index.ts';
import {
	chain,
	closeWorld,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
let elsewhere: Witness;
beforeEach(async () => {
	const body = '\0\0\0 ftypisom';
	elsewhere = await startWitness({
		answer: () => ({
			headers: { 'content-type': 'video/mp4', 'content-length': String(body.length) },
			body,
		}),
	});
});
afterEach(async () => {
	await elsewhere.close();
	await closeWorld(world);
});

/** A video whose address redirects. */
async function downloading(location: string, status = 302) {
	world = await openWorld();
	world.sandbox.faults.add({ host: 'media', status, headers: { location }, body: '', times: 0 });
	return await world.engine.run(
		chain(start, generate({ downloadVideo: true }), node('After', 'n8n-nodes-base.noOp')),
		{ input: prompts('[sandbox:instant] one') },
	);
}

it.each([301, 302, 303, 307, 308])(
	'a download follows HTTP %i to another host, without the key',
	async (status) => {
		const execution = await downloading(`${elsewhere.url}/v.mp4`, status);
		expect(execution.error).toBeUndefined();
		expect(elsewhere.requests.map(({ method, path }) => [method, path])).toEqual([
			['GET', '/v.mp4'],
		]);
		const [{ headers }] = elsewhere.requests as [Witness['requests'][number]];
		expect(headers).not.toHaveProperty('authorization');
		expect(JSON.stringify(elsewhere.requests)).not.toContain(world.sandbox.apiKey);
		expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
	},
);

it.each([
	'file:///etc/passwd',
	'file://localhost/etc/passwd',
	'data:video/mp4;base64,AAAAIGZ0eXBpc29t',
	'ftp://127.0.0.1/v.mp4',
	'javascript:alert(1)',
	'gopher://127.0.0.1/1',
	'http://',
])('a download does not follow a redirect to "%s"', async (location) => {
	const execution = await downloading(location);
	expect(execution.status).toBe('error');
	expect(errorTextOf(execution.error)).toMatch(/The host of the file|address of the file|download/);
	expect(execution.output('Generate')).toEqual([]);
	expect(JSON.stringify(execution.data)).not.toMatch(/root:|binary-data/);
});

it('a download does not go in circles', async () => {
	const execution = await downloading('/v1/round-and-round');
	expect(execution.status).toBe('error');
	// Some redirects are followed, in each of three tries.
	const { length } = world.sandbox.ledger.media;
	expect(length).toBeGreaterThan(3);
	expect(length).toBeLessThan(100);
});
