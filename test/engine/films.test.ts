/** Items that continue each other: the order on the wire, one payment for each shot, and an end where one fails. */
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import type { Execution } from './harness/index.ts';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	generate,
	openWorld,
	start,
	submitsOf,
	type World,
	type WorldOptions,
} from './world.ts';
import { sleep } from './time.ts';

let world: World;
afterEach(() => closeWorld(world));

const open = async (options: WorldOptions = {}) => {
	world = await openWorld({ speed: 200, ...options });
};
const provider = 'kie';
/** 4 s in 720p at 41 a second. */
const CREDITS = 164;
const account = () => world.sandbox.account(provider);

/** Texts such as "A-1": the first scene of the film A. */
const scenes = (...texts: string[]): INodeExecutionData[] =>
	texts.map((prompt) => ({ json: { prompt, film: prompt.slice(0, 1) } }));

/** Continued items at kie.ai, as a user writes them: text to video. */
const film = ({ options, ...parameters }: IDataObject = {}, more: Partial<INode> = {}) =>
	generate(
		{
			provider,
			model: 'seedance-2.0',
			downloadVideo: false,
			options: {
				continueFrom: 'previousItem',
				continueGroup: '={{ $json.film }}',
				timeoutMinutes: 2,
				...(options as IDataObject),
			},
			...parameters,
		},
		more,
	);
const run = (input: INodeExecutionData[], shot: INode) =>
	world.engine.run(chain(start, shot), { input, credentials: credentialsOf(world) });
const continuing = { onError: 'continueRegularOutput' } as const;

const jsonOf = (execution: Execution) => execution.output('Generate').map(({ json }) => json);
/** What was made, in the order of the submissions: the text and the fields of the frames. */
const sent = () =>
	submitsOf(world).map(({ body }) => (body as { input: Record<string, unknown> }).input);
const textsSent = () => sent().map(({ prompt }) => prompt);
const jobIdOf = (text: string) =>
	world.sandbox.jobs().find(({ prompt }) => prompt === text)?.jobId ?? 'not made';

describe('films side by side', () => {
	it('start each shot from the last frame of the one before, and come out in the order of the items', async () => {
		await open();
		const execution = await run(scenes('A-1', 'B-1', 'A-2', 'B-2', 'A-3'), film());
		expect(execution.error).toBeUndefined();
		const items = jsonOf(execution);
		expect(items.map(({ jobId }) => jobId)).toEqual(
			['A-1', 'B-1', 'A-2', 'B-2', 'A-3'].map(jobIdOf),
		);
		expect(items.map(({ status }) => status)).toEqual(Array(5).fill('completed'));
		const frameOf = (text: string) =>
			items.find(({ jobId }) => jobId === jobIdOf(text))!.lastFrameUrl;
		const request = (text: string) => sent().find(({ prompt }) => prompt === text)!;
		for (const first of ['A-1', 'B-1'])
			expect(request(first)).not.toHaveProperty('first_frame_url');
		expect(request('A-2').first_frame_url).toBe(frameOf('A-1'));
		expect(request('A-3').first_frame_url).toBe(frameOf('A-2'));
		expect(request('B-2').first_frame_url).toBe(frameOf('B-1'));
		expect(
			['A-1', 'A-2', 'A-3', 'B-1', 'B-2'].map((text) => request(text).return_last_frame),
		).toStrictEqual([true, true, undefined, true, undefined]);
		expect(account()).toMatchObject({
			submitsReceived: 5,
			jobsCharged: 5,
			creditsCharged: 5 * CREDITS,
			peakUnsettledJobs: 2,
		});
	});

	it('keep to one job at a time, if the account allows no more', async () => {
		await open();
		const options = { maxConcurrentJobs: 1 };
		const execution = await run(scenes('A-1', 'B-1', 'A-2', 'B-2'), film({ options }));
		expect(jsonOf(execution).map(({ status }) => status)).toEqual(Array(4).fill('completed'));
		expect(account()).toMatchObject({ submitsReceived: 4, jobsCharged: 4, peakUnsettledJobs: 1 });
	});

	it('are one film without a group, and two where an item begins anew', async () => {
		await open();
		const options = {
			continueFrom: '={{ $json.prompt === "B-1" ? "none" : "previousItem" }}',
			continueGroup: undefined,
		};
		const execution = await run(scenes('A-1', 'A-2', 'B-1', 'B-2'), film({ options }));
		expect(execution.error).toBeUndefined();
		const withFrame = sent().filter(({ first_frame_url: frame }) => frame !== undefined);
		expect(withFrame.map(({ prompt }) => prompt).sort()).toEqual(['A-2', 'B-2']);
		expect(account()).toMatchObject({ jobsCharged: 4, peakUnsettledJobs: 2 });
	});

	it('start from an image, if the user gives one, and fetch the files of all shots', async () => {
		await open();
		const shot = film({
			mode: 'imageToVideo',
			imageUrl: 'https://shop.example/shoe.jpg',
			downloadVideo: true,
			options: { endFrameUrl: 'https://shop.example/end.jpg' },
		});
		const execution = await run(scenes('A-1', 'A-2'), shot);
		const [first, second] = sent();
		expect(first).toMatchObject({
			first_frame_url: 'https://shop.example/shoe.jpg',
			last_frame_url: 'https://shop.example/end.jpg',
		});
		expect(second).toMatchObject({
			first_frame_url: jsonOf(execution)[0]!.lastFrameUrl,
			last_frame_url: 'https://shop.example/end.jpg',
		});
		expect(execution.output('Generate').map(({ binary }) => Object.keys(binary ?? {}))).toEqual([
			['lastFrame', 'video'],
			['video'],
		]);
	});
});

describe('a shot that fails', () => {
	const texts = ['A-1', 'B-1', 'A-2 [sandbox:fail]', 'B-2', 'A-3', 'A-4'];
	const made = [...texts.slice(0, 4)].sort();

	it('ends its film and no other one, and the errors say where', async () => {
		await open();
		const execution = await run(scenes(...texts), film({}, continuing));
		const items = jsonOf(execution);
		expect(items.map(({ status }) => status)).toEqual([
			'completed',
			'completed',
			undefined,
			'completed',
			undefined,
			undefined,
		]);
		expect(items[2]!.error).toContain('could not make the video');
		for (const later of items.slice(4)) {
			expect(later.error).toMatch(/^Nothing was submitted for this item/);
			expect(later.error).toContain('stopped at item 2');
			expect(later.error).toContain(jobIdOf(texts[2]!));
		}
		expect(textsSent().sort()).toEqual(made);
		expect(account()).toMatchObject({ submitsReceived: 4, jobsCharged: 3 });
	});

	it('comes out as a job with "On Job Failure: Return", and so do the later ones', async () => {
		await open();
		const options = { onJobFailure: 'return' };
		const execution = await run(scenes(...texts), film({ options }));
		expect(execution.error).toBeUndefined();
		const items = jsonOf(execution);
		expect(items[2]).toMatchObject({ status: 'failed' });
		for (const later of items.slice(4)) {
			expect(later).toMatchObject({
				jobId: null,
				status: 'not_submitted',
				failure: {
					code: 'group_stopped',
					message: expect.stringContaining(jobIdOf(texts[2]!)) as string,
				},
				creditsEstimated: CREDITS,
				creditsCharged: null,
			});
		}
		expect(account()).toMatchObject({ submitsReceived: 4, jobsCharged: 3 });
	});

	it('ends the run, if the user has not chosen to continue', async () => {
		await open();
		const execution = await run(scenes('A-1', 'A-2 [sandbox:fail]', 'A-3'), film());
		expect(execution.error?.message).toContain('could not make the video');
		expect(execution.error?.message).toContain(jobIdOf('A-2 [sandbox:fail]'));
		expect(errorTextOf(execution.error)).toContain(jobIdOf('A-1'));
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 1 });
	});

	it('because the provider refuses it, ends its film as well', async () => {
		await open();
		const body = { code: 422, msg: 'No.', data: null };
		world.sandbox.faults.add({ kind: 'submit', match: 'A-2', body });
		const execution = await run(scenes('A-1', 'A-2', 'A-3'), film({}, continuing));
		expect(jsonOf(execution).map(({ error }) => error)).toEqual([
			undefined,
			expect.stringContaining('did not accept') as string,
			expect.stringContaining('stopped at item 1') as string,
		]);
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 1 });
	});

	it('because it takes too long, ends its film as well', async () => {
		await open();
		const options = { timeoutMinutes: 0.05 };
		const execution = await run(
			scenes('A-1', 'A-2 [sandbox:never]', 'A-3'),
			film({ options }, continuing),
		);
		const [first, second, third] = jsonOf(execution);
		expect(first).toMatchObject({ status: 'completed' });
		expect(second!.error).toContain('not ready in time');
		expect(third!.error).toMatch(/stopped at item 1.*not ready in time/);
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 1 });
	});

	it('because its answer was lost, is not repeated, and nothing comes after it', async () => {
		await open();
		world.sandbox.faults.add({ kind: 'submit', match: 'A-2', after: 'handled', reset: true });
		const twice = { ...continuing, retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const execution = await run(scenes('A-1', 'A-2', 'A-3'), film({}, twice));
		const errors = jsonOf(execution).map(({ error }) => error);
		expect(errors[1]).toContain('may have started');
		expect(errors[2]).toContain('stopped at item 1');
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 2 });
	});
});

describe('a film that is taken up again', () => {
	const twice = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

	it('by Retry On Fail goes on where it has stopped', async () => {
		await open();
		const body = { code: 422, msg: 'No.', data: null };
		world.sandbox.faults.add({ kind: 'submit', match: 'A-3', body });
		const execution = await run(scenes('A-1', 'A-2', 'A-3'), film({}, twice));
		expect(execution.error).toBeUndefined();
		expect(textsSent()).toEqual(['A-1', 'A-2', 'A-3', 'A-3']);
		expect(sent()[3]!.first_frame_url).toBe(jsonOf(execution)[1]!.lastFrameUrl);
		expect(account()).toMatchObject({ jobsCreated: 3, jobsCharged: 3 });
	});

	it('finds a shot whose answer was lost, where the provider has a list, and goes on', async () => {
		await open();
		world.sandbox.faults.add({ kind: 'submit', match: 'A-2', after: 'handled', reset: true });
		const shot = film({ provider: 'modelArk', model: 'seedance-1.0-pro', duration: 2 }, twice);
		const execution = await run(scenes('A-1', 'A-2', 'A-3'), shot);
		expect(execution.error).toBeUndefined();
		const items = jsonOf(execution);
		expect(items.map(({ status }) => status)).toEqual(Array(3).fill('completed'));
		const frames = submitsOf(world).map(({ body }) =>
			(body as { content: IDataObject[] }).content.filter(({ type }) => type === 'image_url'),
		);
		const frame = (n: number) => [
			{ type: 'image_url', role: 'first_frame', image_url: { url: items[n]!.lastFrameUrl } },
		];
		expect(frames).toEqual([[], frame(0), frame(1)]);
		expect(world.sandbox.account('modelArk')).toMatchObject({ submitsReceived: 3, jobsCharged: 3 });
	});

	/** The third shot fails once: the first two are paid. */
	async function failedAtThree() {
		await open();
		const body = { code: 422, msg: 'No.', data: null };
		world.sandbox.faults.add({ kind: 'submit', match: 'A-3', body });
		const first = await run(scenes('A-1', 'A-2', 'A-3'), film());
		expect(first.error).toBeDefined();
		expect(account()).toMatchObject({ jobsCharged: 2 });
		return first;
	}

	it('by a retried execution makes the shot that failed, and no other', async () => {
		const first = await failedAtThree();
		const asked = world.sandbox.ledger.requests.length;
		const again = await world.engine.retry(first);
		expect(again.error).toBeUndefined();
		expect(jsonOf(again).map(({ jobId }) => jobId)).toEqual(['A-1', 'A-2', 'A-3'].map(jobIdOf));
		// The last frame is still known: nobody asks for the first two again.
		const later = world.sandbox.ledger.requests.slice(asked).map(({ path }) => path);
		expect(later.filter((path) => path.includes(jobIdOf('A-2')))).toEqual([]);
		expect(textsSent()).toEqual(['A-1', 'A-2', 'A-3', 'A-3']);
		expect(sent()[3]!.first_frame_url).toBe(jsonOf(again)[1]!.lastFrameUrl);
		expect(account()).toMatchObject({ jobsCharged: 3, creditsCharged: 3 * CREDITS });
	});

	it('by a retried execution makes a failed job anew, and what comes after it', async () => {
		await open();
		const first = await run(scenes('A-1', 'A-2 [sandbox:fail]', 'A-3'), film());
		expect(first.error).toBeDefined();
		const mended = film({ prompt: '={{ $json.prompt.slice(0, 3) }}' });
		const again = await world.engine.retry(first, chain(start, mended));
		expect(again.error).toBeUndefined();
		expect(textsSent()).toEqual(['A-1', 'A-2 [sandbox:fail]', 'A-2', 'A-3']);
		expect(account()).toMatchObject({ jobsCharged: 3 });
	});

	it('asks for a job again whose last frame has expired, and takes the new address', async () => {
		const first = await failedAtThree();
		const old = jobIdOf('A-2');
		const frame = `/cdn/outputs/${old}.png`;
		// The host knows the old address no more, and the record has another one.
		world.sandbox.faults.add({ host: 'media', path: frame, status: 404, times: 1 });
		const asked = () =>
			world.sandbox.ledger.requests.filter(({ path }) => path.includes(old)).length;
		const before = asked();
		const again = await world.engine.retry(first);
		expect(again.error).toBeUndefined();
		expect(asked()).toBe(before + 1);
		expect(account()).toMatchObject({ jobsCharged: 3 });
	});

	it('submits nothing more, if the last frame is gone for good', async () => {
		const first = await failedAtThree();
		world.sandbox.expireUrls();
		const again = await world.engine.retry(first);
		expect(errorTextOf(again.error)).toContain('last frame does not work any more');
		expect(errorTextOf(again.error)).toContain(jobIdOf('A-2'));
		expect(account()).toMatchObject({ submitsReceived: 3, jobsCharged: 2 });
	});

	it('in a new execution uses the finished shots again with "Reuse Identical"', async () => {
		await open();
		const options = { reuseIdenticalHours: 24 };
		const first = await run(scenes('A-1', 'A-2', 'B-1'), film({ options }));
		expect(first.error).toBeUndefined();
		const more = scenes('A-1', 'A-2', 'B-1', 'B-2');
		const second = await run(more, film({ options }));
		expect(jsonOf(second).map(({ reused }) => reused)).toStrictEqual([
			true,
			true,
			undefined,
			undefined,
		]);
		// B-1 is made again, because it must return its last frame now.
		expect(textsSent().sort()).toEqual(['A-1', 'A-2', 'B-1', 'B-1', 'B-2']);
		expect(account()).toMatchObject({ jobsCharged: 5 });
	});

	it('does not use a shot again that continued another video', async () => {
		await open();
		const options = { reuseIdenticalHours: 24 };
		await run(scenes('A-1', 'A-2', 'A-3'), film({ options }));
		world.sandbox.expireUrls(jobIdOf('A-1'));
		const second = await run(scenes('A-1', 'A-2', 'A-3'), film({ options }));
		expect(second.error).toBeUndefined();
		expect(jsonOf(second).map(({ reused }) => reused)).toStrictEqual([
			undefined,
			undefined,
			undefined,
		]);
		expect(account()).toMatchObject({ jobsCharged: 6 });
	});
});

describe('what a film costs', () => {
	it.each<[string, IDataObject, string]>([
		['"Max Credits"', { maxCredits: 3 * CREDITS - 1 }, '"Max Credits" allows 491'],
		['the month', { monthlyCreditBudget: 3 * CREDITS - 1 }, 'for this month'],
		['the balance', { checkCredits: true }, 'the account has'],
	])('is checked before its first shot: %s', async (_, options, words) => {
		await open({ accounts: [{ provider, credits: 3 * CREDITS - 1 }] });
		const execution = await run(scenes('A-1', 'A-2', 'A-3'), film({ options }));
		expect(errorTextOf(execution.error)).toContain(words);
		expect(account()).toMatchObject({ submitsReceived: 0 });
	});

	it('is refused where no price is public, if there is a limit', async () => {
		await open();
		const shot = film({
			provider: 'segmind',
			model: 'seedance-2.0-mini',
			options: { maxCostUsd: 100 },
		});
		const execution = await run(scenes('A-1', 'A-2'), shot);
		expect(errorTextOf(execution.error)).toContain('cannot be checked');
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});

	it('is what "Estimate Only" says, without any call', async () => {
		await open();
		const options = { estimateOnly: true };
		const execution = await run(scenes('A-1', 'B-1', 'A-2'), film({ options }));
		expect(jsonOf(execution).map((item) => [item.status, item.creditsEstimated])).toEqual(
			Array(3).fill(['not_submitted', CREDITS]),
		);
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});
});

describe('is refused before anything is submitted', () => {
	const NO_FRAME = 'does not return the last frame of a video';

	it.each<[string, IDataObject, string]>([
		['without waiting', { afterSubmit: 'return' }, '"Wait Until It Is Ready"'],
		[
			'by an expression, with a model that has no last frame',
			{ model: '={{ "seedance-2.0-mini" }}' },
			NO_FRAME,
		],
		[
			'with a draft',
			{
				provider: 'modelArk',
				model: 'seedance-1.5-pro',
				resolution: '480p',
				options: { draft: true },
			},
			'Continue From',
		],
		[
			'with references',
			{
				mode: 'referenceToVideo',
				referenceImageUrls: 'https://shop.example/shoe.jpg',
			},
			'takes no first frame',
		],
		['with another word', { options: { continueFrom: 'next' } }, 'Allowed: none, previousItem'],
		['with an empty group', { options: { continueGroup: '={{ $json.none }}' } }, 'such as a SKU'],
	])('%s', async (_, parameters, words) => {
		await open();
		const execution = await run(scenes('A-1', 'A-2'), film(parameters));
		expect(errorTextOf(execution.error)).toContain(words);
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});

	it('with one item that is wrong: nobody pays for half a film, and other films are made', async () => {
		await open();
		const shot = film({ duration: '={{ $json.prompt === "A-3" ? 99 : 4 }}' }, continuing);
		const execution = await run(scenes('A-1', 'B-1', 'A-2', 'B-2', 'A-3'), shot);
		const items = jsonOf(execution);
		expect(items.map(({ status }) => status)).toEqual([
			undefined,
			'completed',
			undefined,
			'completed',
			undefined,
		]);
		expect(items[4]!.error).toContain('Duration (Seconds)');
		for (const index of [0, 2]) expect(items[index]!.error).toContain('item 4 of its group');
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 2 });
	});
});

it('a stop in the middle submits no further shot, and gives out what is there', async () => {
	await open({ jobSeconds: (ordinal) => (ordinal === 0 ? 100 : 100_000) });
	const running = world.engine.start(chain(start, film()), {
		input: scenes('A-1', 'A-2', 'A-3'),
		credentials: credentialsOf(world),
	});
	await world.sandbox.waitFor('completed');
	while (world.sandbox.jobs().length < 2) await sleep(50);
	running.cancel();
	await running.done;
	expect(textsSent()).toEqual(['A-1', 'A-2']);
	expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 1 });
});
