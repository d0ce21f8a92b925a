import type { INodePropertyOptions } from 'n8n-workflow';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import {
	chain,
	closeWorld,
	credentialsOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const sixthOne = { provider: 'sixth', model: 'sixth-one', duration: 4 };
const onlyPrompt = { ...sixthOne, options: { timeoutMinutes: 0.3 } };

async function run(...nodes: Array<ReturnType<typeof node>>) {
	return await world.engine.run(chain(start, ...nodes), {
		input: prompts('one', 'two'),
		credentials: credentialsOf(world),
	});
}

describe('Sixth', () => {
	it('stands in the form, with its model and its credential', async () => {
		world = await openWorld();
		const { properties, credentials } = new SeedanceGenerateVideo().description;
		const choices = (name: string) =>
			properties
				.filter((property) => property.name === name)
				.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ value }) => value));
		expect(choices('provider')).toContain('sixth');
		expect(choices('model')).toContain('sixth-one');
		expect(credentials?.map(({ name }) => name)).toContain('sixthApi');
	});

	it('makes its videos, each charged once', async () => {
		world = await openWorld({ speed: 200 });
		const execution = await run(generate(onlyPrompt));
		expect(execution.error).toBeUndefined();
		const job = {
			provider: 'sixth',
			status: 'completed',
			creditsEstimated: 40,
			creditsCharged: 40,
		};
		expect(execution.output('Generate').map(({ json }) => json)).toMatchObject([job, job]);
		expect(world.sandbox.account('sixth')).toMatchObject({
			submitsReceived: 2,
			jobsCharged: 2,
			creditsCharged: 80,
		});
	});

	it('finds a job again by its ID', async () => {
		world = await openWorld({ speed: 200 });
		const submitted = generate({ ...sixthOne, afterSubmit: 'return' });
		const check = node('Check', 'seedanceCheckStatus', {
			provider: 'sixth',
			waitUntilFinished: true,
			timeoutMinutes: 0.3,
		});
		const execution = await run(submitted, check);
		expect(execution.output('Check').map(({ json }) => json.status)).toEqual([
			'completed',
			'completed',
		]);
	});

	it('is refused in the form, before anything is spent', async () => {
		world = await openWorld();
		const { error } = await run(generate({ ...sixthOne, duration: 10 }));
		expect(error?.message).toContain('Duration');
		expect(world.sandbox.account('sixth').submitsReceived).toBe(0);
	});
});
