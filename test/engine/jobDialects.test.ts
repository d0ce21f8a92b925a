/** A job is found again whatever its ID looks like: the forms of the documents' examples are no promise. */
import { clientOf } from '../sandbox/client.ts';
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

const PLAIN = '7c9e6679-7425-40de';
let ordinal = 0;
const plain = () => `${PLAIN}-${(ordinal += 1)}`;
/** One dialect's form in another one's mouth. */
const misleading: Record<string, () => string> = {
	unified: () => `job_${(ordinal += 1)}`,
	pro: () => `task_${(ordinal += 1)}`,
	lite: () => `job_lite_${(ordinal += 1)}`,
};

let world: World;
afterEach(() => closeWorld(world));
const open = (idOf: (dialect: string) => string) =>
	openWorld({ jobIdOf: idOf, accounts: [{ requestsPerMinute: 10_000 }] });

const imageUrl = 'https://example.com/shoe.jpg';
const cases = [
	{ model: 'seedance-2.0', mode: 'textToVideo' },
	{ model: 'seedance-1.0-pro', mode: 'textToVideo' },
	{ model: 'seedance-1.0-pro', mode: 'imageToVideo', imageUrl },
	{ model: 'seedance-1.0-lite', mode: 'textToVideo' },
	{ model: 'seedance-1.0-lite', mode: 'imageToVideo', imageUrl },
];

describe.each<[string, (dialect: string) => string]>([
	['IDs of no known form', plain],
	["IDs of another dialect's form", (dialect) => misleading[dialect]!()],
])('%s', (_, idOf) => {
	it('Generate waits for a job of each dialect', async () => {
		world = await open(idOf);
		const executions = await Promise.all(
			cases.map((parameters) =>
				world.engine.run(
					chain(start, generate({ ...parameters, duration: 5, afterSubmit: 'wait' })),
					{ input: prompts('one') },
				),
			),
		);
		expect(executions.map((each) => each.output('Generate')[0]?.json.status)).toEqual(
			cases.map(() => 'completed'),
		);
		// It knows how it has submitted: nobody is asked in vain.
		const asked = world.sandbox.ledger.requests.filter(({ kind }) => kind === 'status');
		expect(asked.filter(({ status }) => status === 404)).toEqual([]);
	});
});

/** Jobs that this process has not submitted, as Check Status in another one sees them. */
const submits: Array<[model: string, path: string, body: Record<string, unknown>]> = [
	['seedance-2.0', '/v1/generate/text-to-video', { model: 'seedance-2.0' }],
	['seedance-1.0-pro', '/v1/generate/text-to-video', { model: 'seedance-1.0-pro' }],
	[
		'seedance-1.0-pro',
		'/v1/seedance-1-pro/generate',
		{ source_image_url: imageUrl, duration_seconds: 6 },
	],
	['seedance-1.0-lite', '/v1/seedance-1-lite/generate', { image: imageUrl, duration: 6 }],
	['seedance-1.0-lite', '/v1/generate/text-to-video', { model: 'seedance-1.0-lite' }],
];

describe.each(submits)('a job of another process: %s through %s', (model, path, body) => {
	async function submitted(tag = '') {
		world = await open(plain);
		const sent = { prompt: `A lamp ${tag}`, ...body };
		const { json } = await clientOf(world.sandbox).call('POST', path, sent);
		return (json.task_id ?? json.job_id) as string;
	}
	const run = (type: string, json: Record<string, string>) =>
		world.engine.run(chain(start, node('Node', type, { provider: 'seedance' })), {
			input: [{ json }],
		});

	it.each([
		['with the model in the item', true],
		['by its ID alone', false],
	])('Check Status finds it %s', async (_, withModel) => {
		const jobId = await submitted('[sandbox:instant]');
		const json = { jobId, provider: 'seedance', ...(withModel ? { model } : {}) };
		const execution = await run('seedanceCheckStatus', json);
		expect(execution.output('Node')[0]?.json).toMatchObject({ jobId, status: 'completed' });
		// The second time it is known where.
		const before = world.sandbox.ledger.requests.length;
		await run('seedanceCheckStatus', json);
		expect(world.sandbox.ledger.requests.length).toBe(before + 1);
	});

	it('Wait for Webhook finds it', async () => {
		const jobId = await submitted('[sandbox:instant]');
		const execution = await run('seedanceWaitForWebhook', { jobId, provider: 'seedance', model });
		expect(execution.output('Node')[0]?.json).toMatchObject({ jobId, status: 'completed' });
	});

	it('Cancel Job cancels it there and nowhere else', async () => {
		const jobId = await submitted('[sandbox:never]');
		const execution = await run('seedanceCancelJob', { jobId });
		expect(execution.output('Node')[0]?.json).toMatchObject({ jobId, status: 'cancelled' });
		const deletes = world.sandbox.ledger.requests.filter(({ method }) => method === 'DELETE');
		expect(deletes.map(({ status }) => status)).toEqual([200]);
	});
});

it('a job that no dialect knows is still "no such job"', async () => {
	world = await open(plain);
	const execution = await world.engine.run(
		chain(start, node('Node', 'seedanceCheckStatus', { provider: 'seedance' })),
		{ input: [{ json: { jobId: 'nobody' } }] },
	);
	expect(execution.error?.message).toBe('Seedance knows no job with this ID (job nobody)');
	expect(world.sandbox.ledger.requests.map(({ path }) => path)).toEqual([
		'/v1/tasks/nobody',
		'/v1/seedance-1-pro/status/nobody',
		'/v1/jobs/nobody',
	]);
});
