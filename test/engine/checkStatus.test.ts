import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { startWitness } from '../sandbox/index.ts';
import {
	chain,
	closeWorld,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const check = (parameters: IDataObject = {}, more = {}) =>
	node('Check', 'seedanceCheckStatus', { provider: 'seedance', ...parameters }, more);

async function submitted(texts: string[], parameters: IDataObject, more = {}) {
	const flow = chain(start, generate({ afterSubmit: 'return' }), check(parameters, more));
	return await world.engine.run(flow, { input: prompts(...texts) });
}

describe('Check Status', () => {
	it('asks once and says how far each job is', async () => {
		world = await openWorld({ speed: 1 });
		const run = await submitted(['one', 'two'], {});
		expect(run.output('Check').map(({ json }) => json.status)).toEqual([
			'processing',
			'processing',
		]);
		expect(run.output('Check')[0]!.json).toMatchObject({
			creditsEstimated: 243,
			costUsdEstimated: 2.43,
			creditsCharged: null,
		});
	});

	it('waits for all jobs together where that is wanted, and fetches the files', async () => {
		world = await openWorld();
		const run = await submitted(['one', 'two', '[sandbox:fail]'], {
			waitUntilFinished: true,
			downloadVideo: true,
		});
		expect(run.error).toBeUndefined();
		expect(run.output('Check').map(({ json }) => json.status)).toEqual([
			'completed',
			'completed',
			'failed',
		]);
		expect(run.output('Check').map(({ binary }) => Object.keys(binary ?? {}))).toEqual([
			['video'],
			['video'],
			[],
		]);
	});

	it('fetches the last frame of a job that has one, into a field of its own', async () => {
		const body = 'RIFF    WEBPVP8 ';
		const headers = { 'content-type': 'image/webp', 'content-length': String(body.length) };
		const witness = await startWitness({ answer: () => ({ headers, body }) });
		try {
			world = await openWorld();
			const submit = chain(start, generate({ afterSubmit: 'return' }));
			const [made] = (await world.engine.run(submit, { input: prompts('one') })).output('Generate');
			// The provider does not report it again: it stays known from the earlier output.
			const earlier = { ...made!.json, lastFrameUrl: `${witness.url}/last`, seed: 7 };
			const flow = chain(start, check({ waitUntilFinished: true, downloadVideo: true }));
			const run = await world.engine.run(flow, { input: [{ json: earlier }] });
			expect(run.error).toBeUndefined();
			const [{ json, binary = {} }] = run.output('Check') as [INodeExecutionData];
			const { lastFrameUrl, seed } = earlier;
			expect(json).toMatchObject({ status: 'completed', lastFrameUrl, seed });
			expect(Object.keys(binary).sort()).toEqual(['lastFrame', 'video']);
			expect(binary.lastFrame).toMatchObject({
				mimeType: 'image/webp',
				fileName: `seedance-2.0-${json.jobId as string}-last-frame.webp`,
			});
			expect((await world.engine.readBinary(binary.lastFrame)).toString()).toBe(body);
			expect(witness.requests.map(({ path }) => path)).toEqual(['/last']);
			expect(JSON.stringify(witness.requests)).not.toContain(world.sandbox.apiKey);
		} finally {
			await witness.close();
		}
	});

	it('gives up at the time limit without losing the job', async () => {
		world = await openWorld();
		const run = await submitted(['[sandbox:never]'], {
			waitUntilFinished: true,
			timeoutMinutes: 0.05,
		});
		expect(run.output('Check')[0]!.json).toMatchObject({
			jobId: expect.stringMatching(/^task_/),
			status: 'timed_out',
		});
	});

	it('says which word it does not know of a status that stays strange', async () => {
		world = await openWorld();
		const run = await submitted(['[sandbox:never,unknown-status]'], {
			waitUntilFinished: true,
			timeoutMinutes: 0.05,
		});
		expect(run.output('Check')[0]!.json).toMatchObject({
			status: 'timed_out',
			failure: { code: 'unknown_status', message: expect.stringContaining('"rendering"') },
		});
	});

	it('fails for a failed job only where the user wants that', async () => {
		world = await openWorld({ speed: 1000 });
		const waiting = { waitUntilFinished: true };
		const calm = await submitted(['[sandbox:fail]'], waiting);
		expect(calm.output('Check')[0]!.json.status).toBe('failed');
		const strict = await submitted(['[sandbox:fail]'], { ...waiting, onJobFailure: 'error' });
		expect(strict.error?.message).toContain('could not make the video');
	});

	it('takes an ID that is typed in, of a job that no item tells of', async () => {
		world = await openWorld();
		await submitted(['one'], {});
		const { jobId } = world.sandbox.jobs()[0]!;
		const run = await world.engine.run(chain(start, check({ jobId: ` ${jobId} ` })));
		expect(run.output('Check')[0]!.json).toMatchObject({ jobId, model: 'seedance-2.0' });
	});

	it.each([
		['once', false],
		['until it is finished', true],
	])(
		'%s: a job that the API does not know yet is asked for again',
		async (_, waitUntilFinished) => {
			world = await openWorld();
			world.sandbox.faults.add({ method: 'GET', status: 404, body: {}, times: 2 });
			const run = await submitted(['one'], { waitUntilFinished });
			expect(run.error).toBeUndefined();
			expect(run.output('Check')[0]!.json.status).toBe('completed');
		},
	);

	it('believes at once that an ID of which nothing is known is not known', async () => {
		world = await openWorld();
		await world.engine.run(chain(start, check({ jobId: 'task_unknown' })));
		expect(world.sandbox.ledger.requests).toHaveLength(1);
	});

	it.each([
		['no ID', '', 'Job ID: an empty value'],
		['two dots, which would be another path', '..', 'Job ID: only dots'],
		['an ID that nobody knows', 'task_unknown', 'knows no job with this ID (job task_unknown)'],
		['an ID that would be another path', '../account/credits', 'knows no job with this ID'],
	])('says what is wrong with %s', async (_, jobId, message) => {
		world = await openWorld();
		const run = await world.engine.run(chain(start, check({ jobId: `={{ "${jobId}" }}` })));
		expect(run.error?.message).toContain(message);
	});

	it('lets the other items through under "Continue"', async () => {
		world = await openWorld();
		const flow = chain(
			start,
			check({ jobId: '={{ $json.prompt }}' }, { onError: 'continueRegularOutput' }),
		);
		const run = await world.engine.run(flow, { input: prompts('task_unknown', '') });
		expect(run.output('Check').map(({ json }) => json.error)).toEqual([
			expect.stringContaining('task_unknown'),
			expect.stringContaining('Job ID'),
		]);
	});
});

describe('Get Credits', () => {
	const credits = (parameters: IDataObject = {}) =>
		node('Credits', 'seedanceGetCredits', { provider: 'seedance', ...parameters });

	it('reads the balance once, for every item', async () => {
		world = await openWorld({ accounts: [{ credits: 2750 }] });
		const flow = chain(start, credits({ minimumCredits: '={{ $json.prompt }}' }));
		const run = await world.engine.run(flow, { input: prompts('2750', '2751') });
		expect(run.output('Credits').map(({ json }) => json)).toEqual([
			{
				provider: 'seedance',
				credits: 2750,
				currency: 'credits',
				tier: 'popular',
				belowMinimum: false,
				affordableSeconds: {
					'seedance-2.0': 45,
					'seedance-1.0-pro': 114,
					'seedance-1.0-lite': 392,
				},
			},
			expect.objectContaining({ belowMinimum: true }),
		]);
		expect(world.sandbox.ledger.requests).toHaveLength(1);
	});

	it('says that the key is wrong', async () => {
		world = await openWorld({ credential: { apiKey: 'wrong-key-wrong-key' } });
		const run = await world.engine.run(chain(start, credits()));
		expect(run.error?.message).toContain(
			'refused the API key of the credential "My Seedance account"',
		);
	});
});
