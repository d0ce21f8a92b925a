/** Answers that are far too long must not fill the memory of n8n, which all workflows share. */
import { scenarios } from '../faults/scenarios.ts';
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

const MB = 1024 * 1024;
/** Held whole, the smaller one would take 150 MB: its bytes, all of them again in one piece, and the text. */
const MOST_BYTES = 100 * MB;

/** The most memory that was in use meanwhile, beyond what was before. */
async function memoryOf(work: () => Promise<unknown>): Promise<number> {
	const used = () => {
		const { heapUsed, external } = process.memoryUsage();
		return heapUsed + external;
	};
	const before = used();
	let most = before;
	const look = setInterval(() => (most = Math.max(most, used())), 5);
	await work();
	clearInterval(look);
	return most - before;
}

const BOMBS = ['JSON of 50 MB', 'gzip bomb (200 MB)'];
const answers = scenarios.filter(({ group, name }) => group === 'ask' && BOMBS.includes(name));
const files = scenarios.filter(({ group, name }) => group === 'file' && BOMBS.includes(name));

it.each(answers)('an answer: $name', async ({ faults = [] }) => {
	world = await openWorld();
	for (const fault of faults) world.sandbox.faults.add(fault);
	const credits = node('Credits', 'seedanceGetCredits', { provider: 'seedance' });
	const bytes = await memoryOf(() => world.engine.run(chain(start, credits)));
	expect(world.sandbox.ledger.requests).toHaveLength(3);
	expect(bytes).toBeLessThan(MOST_BYTES);
});

it.each(files)('a file: $name', async ({ faults = [] }) => {
	world = await openWorld({ jobSeconds: 1 });
	for (const fault of faults) world.sandbox.faults.add(fault);
	const flow = chain(start, generate({ downloadVideo: true }));
	const bytes = await memoryOf(() => world.engine.run(flow, { input: prompts('one') }));
	expect(world.sandbox.ledger.media).toHaveLength(1);
	expect(bytes).toBeLessThan(MOST_BYTES);
});
