/** Which items and files come out of Wait for Webhook and its two relatives, and which faults they carry. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
	type WorldOptions,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const after = node('After', 'n8n-nodes-base.noOp');
const waitNode = (parameters: IDataObject = {}) =>
	node('Wait', 'seedanceWaitForWebhook', { provider: 'seedance', ...parameters });
const keepInput = { options: { includeInputFields: true } };

interface Scene {
	world?: WorldOptions;
	submit?: IDataObject;
	wait?: IDataObject;
}

/** Runs until the execution sleeps. */
async function asleep(input: INodeExecutionData[], scene: Scene = {}) {
	const flow = chain(
		start,
		generate({ afterSubmit: 'resume', ...scene.submit }),
		waitNode(scene.wait),
		after,
	);
	const execution = await world.engine.run(flow, { input });
	expect([execution.error, execution.status]).toStrictEqual([undefined, 'waiting']);
	return execution;
}

const finishAll = () => {
	for (const { jobId } of world.sandbox.jobs()) world.sandbox.finishJob(jobId);
};

describe('the file of an item', () => {
	it('is the video, also where the input has a file in the same field', async () => {
		world = await openWorld({ speed: 1 });
		const photo = await world.engine.writeBinary(Buffer.from('I am the photo'), {
			fileName: 'photo.jpg',
			mimeType: 'image/jpeg',
		});
		const [item] = prompts('one');
		const execution = await asleep([{ ...item!, binary: { data: photo } }], {
			submit: keepInput,
			wait: { ...keepInput, downloadVideo: true, binaryField: 'data' },
		});
		finishAll();
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		const { binary, json } = done.output('After')[0]!;
		expect(binary!.data).toMatchObject({ mimeType: 'video/mp4' });
		expect(await world.engine.readBinary(binary!.data)).toHaveLength(json.fileSizeBytes as number);
	});

	it('that cannot be fetched makes an error item, where the user wants errors', async () => {
		world = await openWorld({ speed: 1 });
		const execution = await asleep(prompts('one'), {
			wait: { downloadVideo: true, onJobFailure: 'error' },
		});
		world.sandbox.faults.add({ host: 'media', status: 404, times: 0 });
		finishAll();
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		const [{ jobId } = { jobId: '' }] = world.sandbox.jobs();
		expect(done.output('After').map(({ json }) => json)).toEqual([
			{ error: expect.stringContaining(`(job ${jobId})`) as string, jobId, jobStarted: 'yes' },
		]);
	});
});

describe('an item that an earlier node has refused', () => {
	/** The second of three items is refused by the provider; Generate continues. */
	async function submitted(afterSubmit: string) {
		world = await openWorld({ speed: 1 });
		world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: { error: 'No' } });
		return generate({ afterSubmit }, { onError: 'continueRegularOutput' });
	}
	const input = prompts('one', 'two', 'three');
	const statuses = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.error === undefined ? json.status : 'error'));

	it('is passed on by Wait for Webhook, which waits for the others', async () => {
		const flow = chain(start, await submitted('resume'), waitNode(), after);
		const execution = await world.engine.run(flow, { input });
		expect([execution.error, execution.status]).toStrictEqual([undefined, 'waiting']);
		finishAll();
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(statuses(done.output('After'))).toEqual(['completed', 'error', 'completed']);
		const [, refused] = done.output('Generate');
		expect(done.output('After')[1]!.json).toEqual(refused!.json);
	});

	it.each([
		['Check Status', 'seedanceCheckStatus', 'queued'],
		['Cancel Job', 'seedanceCancelJob', 'cancelled'],
	])('is passed on by %s', async (_, type, status) => {
		const look = node('Look', type, { provider: 'seedance' });
		const flow = chain(start, await submitted('return'), look, after);
		const execution = await world.engine.run(flow, { input });
		expect(execution.error).toBeUndefined();
		expect(statuses(execution.output('After')).map((word) => word === 'error')).toEqual([
			false,
			true,
			false,
		]);
		if (status === 'cancelled') expect(statuses(execution.output('After'))[0]).toBe(status);
	});

	it('is not an item of which only the ID is missing', async () => {
		world = await openWorld({ speed: 1 });
		const execution = await world.engine.run(chain(start, waitNode(), after), {
			input: [{ json: { note: 'no error here' } }],
		});
		expect(execution.error?.message).toContain('Job ID: an empty value is not possible');
	});
});
