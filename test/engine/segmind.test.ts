/** Segmind's newer models and SeedanceAPI.org v2 in whole workflows: what is sent, what comes back, one payment each. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import {
	closeWorld,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	submitsOf,
	type World,
	type WorldOptions,
} from './world.ts';
import { providerWorld } from './providerWorld.ts';

const PNG = readFileSync(path.resolve(__dirname, '../sandbox/assets/images/square-512.png'));

let world: World;
afterEach(() => closeWorld(world));

const open = async (options: WorldOptions = {}) => {
	world = await openWorld({ speed: 20, ...options });
};
const waited = ({ options, ...parameters }: IDataObject) =>
	generate({ options: { timeoutMinutes: 2, ...(options as IDataObject) }, ...parameters });

/** Both providers of this file say their names themselves. */
const { run, requestsOf } = providerWorld('segmind', () => world);

/** What a submit whose answer was lost must be: one payment, and an error that says so. */
async function loseTheAnswer(provider: string, parameters: IDataObject): Promise<void> {
	await open();
	world.sandbox.faults.add({ kind: 'submit', after: 'handled', reset: true });
	const generates = { ...waited({ provider, ...parameters }), retryOnFail: true, maxTries: 2 };
	const { error } = await run(prompts('one'), generates);
	expect(errorTextOf(error)).toContain('may have started');
	expect(world.sandbox.account(provider)).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
}

describe('Segmind', () => {
	const provider = 'segmind';
	const { account } = providerWorld(provider, () => world);

	it('makes a video with each of its newer models, paid once', async () => {
		// Model, seconds, slug, estimate and charge in dollars.
		const rows: Array<[string, number, string, number | null, number]> = [
			['seedance-2.5', 5, 'seedance-2.5', 1.202, 1.1945],
			['seedance-2.0', 4, 'seedance-2.0', 0.615, 0.608],
			['seedance-2.0-fast', 4, 'seedance-2.0-fast', 0.593, 0.584],
			['seedance-2.0-mini', 4, 'seedance-2.0-mini', null, 0.3],
			['seedance-1.5-pro', 5, 'seedance-1.5-pro', 0.263, 0.26],
			['seedance-1.0-pro-fast', 5, 'seedance-1.0-pro-fast', null, 0.1],
			['seedance-1.0-lite', 5, 'seedance-v1-lite-text-to-video', 0.225, 0.225],
		];
		await open();
		const ofItem = { model: '={{ $json.model }}', duration: '={{ $json.duration }}' };
		const execution = await run(
			rows.map(([model, duration]) => ({ json: { prompt: 'one', model, duration } })),
			waited({ provider, ...ofItem, downloadVideo: true }),
		);
		expect(execution.error).toBeUndefined();
		const items = execution.output('Generate');
		expect(items.map(({ json }) => json)).toMatchObject(
			rows.map(([model, , , estimated, usd]) => ({
				model,
				status: 'completed',
				lastFrameUrl: null,
				creditsEstimated: null,
				creditsCharged: null,
				costUsd: usd,
				costUsdEstimated: estimated === null ? null : (expect.closeTo(estimated, 2) as number),
			})),
		);
		for (const { binary } of items) expect(binary?.video).toMatchObject({ mimeType: 'video/mp4' });
		const paths = submitsOf(world).map((request) => request.path);
		expect(paths.sort()).toEqual(rows.map(([, , slug]) => `/segmind/v2/${slug}`).sort());
		expect(account()).toMatchObject({ submitsReceived: 7, jobsCharged: 7 });
		expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
	});

	it('starts and ends a video with files, and gives its last frame', async () => {
		await open();
		const first = await world.engine.writeBinary(PNG, { fileName: 'a.png', mimeType: 'image/png' });
		const last = await world.engine.writeBinary(PNG, { fileName: 'b.png', mimeType: 'image/png' });
		const execution = await run(
			[{ json: { prompt: 'one' }, binary: { data: first, last } }],
			waited({
				provider,
				model: 'seedance-2.0',
				duration: 4,
				mode: 'imageToVideo',
				imageInput: 'binary',
				downloadVideo: true,
				options: { endFrameBinaryField: 'last', returnLastFrame: true },
			}),
		);
		expect(execution.error).toBeUndefined();
		expect(requestsOf('upload')).toHaveLength(2);
		const file = expect.stringMatching(/\/uploads\/\w+\.png$/) as string;
		const [{ body } = { body: {} }] = submitsOf(world);
		expect(body).toMatchObject({ first_frame_url: file, last_frame_url: file });
		const [item] = execution.output('Generate');
		expect(item!.json.lastFrameUrl).toMatch(/\.png$/);
		expect(item!.binary).toMatchObject({
			video: { mimeType: 'video/mp4' },
			lastFrame: { mimeType: 'image/png' },
		});
	});

	it('takes references as addresses and as files, in this order', async () => {
		await open();
		const front = await world.engine.writeBinary(PNG, { fileName: 'f.png', mimeType: 'image/png' });
		const execution = await run(
			[{ json: { prompt: 'one' }, binary: { front } }],
			waited({
				provider,
				model: 'seedance-2.0-fast',
				duration: 4,
				mode: 'referenceToVideo',
				referenceImageUrls: 'https://example.com/1.png',
				referenceBinaryFields: 'front',
				options: { referenceVideoUrls: 'https://example.com/v.mp4' },
			}),
		);
		expect(execution.error).toBeUndefined();
		expect(submitsOf(world)[0]!.body).toMatchObject({
			reference_images: ['https://example.com/1.png', expect.stringContaining('/uploads/')],
			reference_videos: ['https://example.com/v.mp4'],
		});
	});

	it('is not blocked by a request mode that is left over from another model', async () => {
		await open();
		const options = { requestMode: 'sync' };
		const execution = await run(
			prompts('one'),
			waited({ provider, model: 'seedance-2.0-fast', duration: 4, options }),
		);
		expect(execution.output('Generate')[0]!.json).toMatchObject({ status: 'completed' });
		expect(submitsOf(world).map((request) => request.path)).toEqual([
			'/segmind/v2/seedance-2.0-fast',
		]);
	});

	it('checks the balance in dollars before anything is submitted', async () => {
		await open({ accounts: [{ provider, credits: 1 }] });
		const options = { checkCredits: true };
		const short = { provider, model: 'seedance-2.0', duration: 4, options };
		const { error } = await run(prompts('one', 'two'), waited(short));
		expect(errorTextOf(error)).toMatch(/Not enough credits: this run needs US\$1\.2\d+, .* US\$1/);
		const unpriced = { ...short, model: 'seedance-2.0-mini' };
		const refused = await run(prompts('one'), waited(unpriced));
		expect(errorTextOf(refused.error)).toContain('the price of seedance-2.0-mini is not known');
		expect(account()).toMatchObject({ submitsReceived: 0 });
	});

	it('never pays twice for a lost answer', async () => {
		await loseTheAnswer(provider, { model: 'seedance-2.0', duration: 4 });
	});
});

describe('SeedanceAPI.org v2', () => {
	const provider = 'seedanceOrg';
	const short = { provider, model: 'seedance-2.0-fast', duration: 5 };
	const { account } = providerWorld(provider, () => world);

	it('makes videos, each paid once, in credits', async () => {
		await open();
		const execution = await run(prompts('one', 'two'), waited({ ...short, downloadVideo: true }));
		expect(execution.error).toBeUndefined();
		const job = {
			provider,
			model: 'seedance-2.0-fast',
			status: 'completed',
			creditsEstimated: 160,
			creditsCharged: 160,
			costUsd: 1.6,
		};
		expect(execution.output('Generate').map(({ json }) => json)).toMatchObject([job, job]);
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 2, creditsCharged: 320 });
	});

	it('takes up to four images', async () => {
		await open();
		const referenceImageUrls = [1, 2, 3, 4].map((n) => `https://example.com/${n}.png`).join('\n');
		const mode = 'referenceToVideo';
		await run(prompts('one'), waited({ ...short, mode, referenceImageUrls }));
		expect(submitsOf(world)[0]!.body).toEqual({
			model: 'seedance-2.0-fast',
			prompt: 'one',
			duration: 5,
			images: referenceImageUrls.split('\n'),
		});
	});

	it('is found again by Check Status, by the ID alone and with its item', async () => {
		await open();
		const made = await run(prompts('one'), waited(short));
		const { json } = made.output('Generate')[0]!;
		const asked = () => requestsOf('status').map((request) => request.path.split('?')[0]);
		const check = (parameters: IDataObject) => node('Check', 'seedanceCheckStatus', parameters);
		const found = { jobId: json.jobId, model: 'seedance-2.0-fast', status: 'completed' };

		const before = asked().length;
		const withItem = await run([{ json }], check({ provider }));
		expect(withItem.output('Check')[0]!.json).toMatchObject(found);
		expect(asked().slice(before)).toEqual(['/seedanceorg/v2/status']);

		const alone = await run(prompts('x'), check({ provider, jobId: json.jobId }));
		expect(alone.output('Check')[0]!.json).toMatchObject(found);
	});

	it('calls back, and is believed only after it was asked', async () => {
		await open({ speed: 0.01 });
		const wait = node('Wait', 'seedanceWaitForWebhook', { provider });
		const asleep = await run(prompts('one'), generate({ ...short, afterSubmit: 'resume' }), wait);
		expect(asleep.status).toBe('waiting');
		const [job] = world.sandbox.jobs();
		world.sandbox.finishJob(job!.jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		expect(done.output('Wait')[0]!.json).toMatchObject({
			jobId: job!.jobId,
			model: 'seedance-2.0-fast',
			status: 'completed',
			creditsCharged: 160,
		});
		const asked = requestsOf('status').map((request) => request.path.split('?')[0]);
		expect([...new Set(asked)]).toEqual(['/seedanceorg/v2/status']);
	});

	it('never pays twice for a lost answer', async () => {
		await loseTheAnswer(provider, short);
	});
});
