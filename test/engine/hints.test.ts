/** What n8n shows beside the output of a run that went well, but hardly as it was meant. */
import type { NodeExecutionHint } from 'n8n-workflow';
import type { Execution } from './harness/index.ts';
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
import { skipTime } from './time.ts';

const HOUR_MS = 3_600_000;

let world: World;
afterEach(() => closeWorld(world));

/** n8n-workflow's types have forgotten them. */
const hintsOf = (execution: Execution, name: string) =>
	(execution.nodeRuns(name).at(-1) as { hints?: NodeExecutionHint[] } | undefined)?.hints?.map(
		({ message }) => message,
	);

describe('An address that soon stops working', () => {
	const check = (parameters = {}) =>
		node('Check', 'seedanceCheckStatus', { provider: 'seedance', ...parameters });

	/** Makes two videos, then looks them up so long before their addresses die. */
	async function lookedUp(beforeMs: number, parameters = {}): Promise<Execution> {
		world = await openWorld({ speed: 1 });
		const texts = ['1', '2'].map((text) => `${text} [sandbox:instant]`);
		const made = await world.engine.run(chain(start, generate()), { input: prompts(...texts) });
		expect(hintsOf(made, 'Generate')).toEqual([]);
		const input = made.output('Generate').map(({ json }) => ({ json }));
		const dies = Math.min(...input.map(({ json }) => Date.parse(json.expiresAt as string)));
		skipTime(dies - beforeMs - Date.now());
		return await world.engine.run(chain(start, check(parameters)), { input });
	}

	it('is pointed out while there is time', async () => {
		const execution = await lookedUp(HOUR_MS / 2);
		expect(execution.error).toBeUndefined();
		expect(hintsOf(execution, 'Check')).toEqual([
			expect.stringContaining('2 addresses stop working in less than an hour'),
		]);
	});

	it('is no matter where the file is there, or the time is long', async () => {
		const downloaded = await lookedUp(HOUR_MS / 2, { downloadVideo: true });
		expect(downloaded.output('Check')[0]!.binary).toHaveProperty('video');
		expect(hintsOf(downloaded, 'Check')).toEqual([]);
		await closeWorld(world);
		expect(hintsOf(await lookedUp(2 * HOUR_MS), 'Check')).toEqual([]);
	});
});

describe('Wait for Webhook', () => {
	const wait = node('Wait', 'seedanceWaitForWebhook', { provider: 'seedance' });
	const asleep = async (afterSubmit: string) => {
		world = await openWorld({ speed: 1 });
		const execution = await world.engine.run(chain(start, generate({ afterSubmit }), wait), {
			input: prompts('one'),
		});
		expect(execution.status).toBe('waiting');
		return hintsOf(execution, 'Wait');
	};

	it('says that nobody will call where no node before it has asked for that', async () => {
		expect(await asleep('return')).toEqual([expect.stringContaining('No callback will come')]);
	});

	it('says nothing where one has', async () => {
		expect(await asleep('resume')).toEqual([]);
	});
});
