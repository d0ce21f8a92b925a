/** What someone gets who types a prompt and opens nothing else. */
import { NodeHelpers, type IExecuteFunctions } from 'n8n-workflow';
import { providerById } from '../../nodes/Seedance/providers';
import { readItem } from '../../nodes/Seedance/runtime/submit/readItem';
import type { Shot } from '../../nodes/Seedance/core/films';
import type { RunOptions } from '../../nodes/Seedance/runtime/submit/runOptions';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { chain, closeWorld, node, openWorld, prompts, start, type World } from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const texts = [...Array(12).keys()].map((n) => `Video ${n}`);

describe('Generate Video with nothing but a prompt', () => {
	it('makes each video once, five at a time, and gives them all back', async () => {
		world = await openWorld({ speed: 200 });
		const untouched = node('Generate', 'seedanceGenerateVideo', { prompt: '={{ $json.prompt }}' });
		const execution = await world.engine.run(chain(start, untouched), {
			input: prompts(...texts),
		});
		expect(execution.error).toBeUndefined();
		expect(execution.output('Generate').map(({ json }) => json.status)).toEqual(
			texts.map(() => 'completed'),
		);
		expect(world.sandbox.jobs().map(({ prompt }) => prompt)).toEqual(texts);
		expect(world.sandbox.account()).toMatchObject({
			submitsReceived: 12,
			jobsCharged: 12,
			peakUnsettledJobs: 5,
			requestsRefused: 0,
		});
	});

	it('waits for 20 minutes, fails for a failed job, and calls each item by a key of its own', async () => {
		world = await openWorld();
		const { description } = new SeedanceGenerateVideo();
		const typed = node('Generate', 'seedanceGenerateVideo', { prompt: 'A lamp' });
		// n8n fills what the user has left alone with the defaults of the form.
		const form = NodeHelpers.getNodeParameters(
			description.properties,
			typed.parameters,
			true,
			false,
			typed,
			description,
		)!;
		const ctx = {
			getNodeParameter: (name: string) => form[name] ?? null,
			getNode: () => typed,
			getInputData: () => [{ json: {} }, { json: {} }],
		} as unknown as IExecuteFunctions;
		const plan = {
			makes: 'video',
			afterSubmit: 'wait',
			runKey: 'run',
			runIndex: 0,
			shots: [] as readonly Shot[],
		} as RunOptions;
		const provider = providerById(form.provider as string);
		const read = (index: number) =>
			readItem(ctx, provider, plan, index).then((order) => (order.ok ? order.value : undefined));
		const [first, again, second] = [await read(0), await read(0), await read(1)];
		expect(first).toMatchObject({ timeoutMs: 20 * 60_000, onJobFailure: 'error' });
		expect(first!.idempotencyKey).toBe(again!.idempotencyKey);
		expect(first!.idempotencyKey).not.toBe(second!.idempotencyKey);
		expect(form).toMatchObject({ afterSubmit: 'wait', options: {} });
	});
});
