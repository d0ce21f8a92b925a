/** What n8n's log tells of submits: an n8n that is killed keeps nothing else of them. */
import {
	chain,
	closeWorld,
	credentialsOf,
	generate,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const messages = () => world.engine.logs.map(({ message }) => message);

const run = (texts: string[], parameters = {}) =>
	world.engine.run(chain(start, generate({ afterSubmit: 'return', ...parameters })), {
		input: prompts(...texts),
		credentials: credentialsOf(world),
	});

describe('The log of submits', () => {
	it('names each submit before it leaves, with its idempotency key, and then its job', async () => {
		world = await openWorld();
		const { id } = await run(['one', 'two']);
		const keys = submitsOf(world).map(({ headers }) => headers['idempotency-key']);
		expect(keys).toHaveLength(2);
		for (const key of keys) {
			expect(messages()).toContainEqual(
				expect.stringMatching(
					new RegExp(`^Seedance: submitting item [01] \\(execution ${id}, .*${key}\\)$`),
				),
			);
		}
		const submitting = messages().findIndex((text) => text.includes('submitting item 0'));
		const submitted = messages().findIndex((text) => /submitted \(.*item 0\)/.test(text));
		expect(submitting).toBeGreaterThanOrEqual(0);
		expect(submitted).toBeGreaterThan(submitting);
	});

	it('names a submit whose answer never comes', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', path: '/v1/', after: 'handled', delayMs: 60_000 });
		const started = world.engine.start(chain(start, generate({ afterSubmit: 'return' })), {
			input: prompts('one'),
		});
		await world.sandbox.waitFor('submitted');
		const [submit] = submitsOf(world);
		expect(messages().join('\n')).toContain(submit!.headers['idempotency-key']);
		started.cancel();
		world.sandbox.faults.clear();
	});

	it('names all items of a batch in one line', async () => {
		world = await openWorld();
		await run(['one', 'two', 'three'], { options: { submitAs: 'batch' } });
		const [submit] = submitsOf(world);
		const lines = messages().filter((text) => text.includes('submitting'));
		expect(lines).toEqual([expect.stringContaining('submitting items 0, 1, 2 (')]);
		expect(lines[0]).toContain(submit!.headers['idempotency-key']);
	});

	it('says nothing of a key where the provider knows none', async () => {
		world = await openWorld();
		const segmind = { provider: 'segmind', model: 'seedance-pro', duration: 5 };
		await run(['one'], segmind);
		const lines = messages().filter((text) => text.includes('submitting'));
		expect(lines).toEqual([expect.stringMatching(/submitting item 0 \(execution \S+\)$/)]);
	});
});
