/** Answers that are not the documented ones, seen from the nodes: nothing is lost, and nothing is claimed. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

describe('a submit whose answer names little more than the job', () => {
	it.each<[string, unknown]>([
		['no status', { task_id: 'task_KNOWN', estimated_time: 60 }],
		['a status of another type', { task_id: 'task_KNOWN', status: 1, metadata: [], progress: {} }],
	])('%s: it is that job, and nothing is sent twice', async (_, body) => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', body, times: 0 });
		const execution = await world.engine.run(chain(start, generate({ afterSubmit: 'return' })), {
			input: prompts('one'),
		});
		expect(execution.error).toBeUndefined();
		expect(execution.output('Generate')[0]!.json).toMatchObject({
			jobId: 'task_KNOWN',
			status: 'queued',
			failure: null,
		});
		expect(world.sandbox.ledger.requests).toHaveLength(1);
	});

	it.each([201, 0, '0'])('SeedanceAPI.org, code %p in the body', async (code) => {
		world = await openWorld();
		const data = { task_id: 'seed15abcpro', status: 'IN_PROGRESS' };
		world.sandbox.faults.add({ method: 'POST', body: { code, message: 'ok', data }, times: 0 });
		const parameters: IDataObject = {
			provider: 'seedanceOrg',
			model: 'seedance-1.5',
			mode: 'textToVideo',
			prompt: 'A lamp',
			afterSubmit: 'return',
		};
		const execution = await world.engine.run(
			chain(start, node('Generate', 'seedanceGenerateVideo', parameters)),
			{ input: prompts('one'), credentials: credentialsOf(world) },
		);
		expect(execution.error).toBeUndefined();
		expect(execution.output('Generate')[0]!.json).toMatchObject({
			jobId: 'seed15abcpro',
			status: 'processing',
		});
	});
});

describe('Cancel Job', () => {
	const more = { onError: 'continueRegularOutput' } as const;
	const cancel = node('Cancel', 'seedanceCancelJob', { provider: 'seedance' }, more);

	it('claims nothing that the provider does not say', async () => {
		world = await openWorld({ speed: 1 });
		const accepted = { method: 'DELETE', status: 200, body: { success: true } };
		const page = { ...accepted, headers: { 'content-type': 'text/html' }, body: '<html>Login' };
		const input = prompts('[sandbox:never] one', '[sandbox:never] two');
		const submitting = chain(start, generate({ afterSubmit: 'return' }));
		const submitted = await world.engine.run(submitting, { input });
		const [one, two] = submitted.output('Generate');
		const pathOf = (item = one) => `/v1/tasks/${item!.json.jobId as string}`;
		world.sandbox.faults.add({
			...accepted,
			path: pathOf(one),
			times: 0,
		});
		world.sandbox.faults.add({ ...page, path: pathOf(two), times: 0 });
		const execution = await world.engine.run(chain(start, cancel), {
			input: [one!, two!],
		});
		const [first, second] = execution.output('Cancel').map(({ json }) => json);
		expect(first).toMatchObject({
			status: 'processing',
			creditsCharged: null,
			failure: { code: 'cancel_unconfirmed' },
		});
		expect(first).not.toHaveProperty('error');
		expect(second!.jobId).toBe(two!.json.jobId);
		expect(second!.error).toMatch(/sent an answer that cannot be read/);
	});
});

it('an empty file is fetched again, and is never the video', async () => {
	world = await openWorld();
	const headers = { 'content-type': 'video/mp4', 'content-length': '0' };
	world.sandbox.faults.add({ host: 'media', status: 200, headers, body: '', times: 2 });
	const run = () =>
		world.engine.run(chain(start, generate({ downloadVideo: true })), {
			input: prompts('[sandbox:instant] one'),
		});
	const execution = await run();
	expect(execution.error).toBeUndefined();
	expect(world.sandbox.ledger.media).toHaveLength(3);
	const { json, binary } = execution.output('Generate')[0]!;
	const file = await world.engine.readBinary(binary!.video);
	expect(file.length).toBe(json.fileSizeBytes);

	world.sandbox.faults.add({ host: 'media', status: 200, headers, body: '', times: 0 });
	expect(errorTextOf((await run()).error)).toMatch(/The file is empty \(job task_/);
});
