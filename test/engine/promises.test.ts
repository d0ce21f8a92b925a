/**
 * "Never pay twice" and "Never lose a job", as the README's first screen says them, over all that can vary. What was made is
 * counted in the provider's books, not in what the nodes say.
 *
 * PROMISES_SEED and PROMISES_RUNS look further than the fixed seed of a usual run.
 */
import fc from 'fast-check';
import type { IDataObject, INode } from 'n8n-workflow';
import { startSandbox, type FaultSpec, type Sandbox } from '../sandbox/index.ts';
import type { Execution, WorkflowJson } from './harness/index.ts';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	generate,
	node,
	openWorld,
	start,
	type World,
} from './world.ts';

const SEED = Number(process.env.PROMISES_SEED ?? 20_261_121);
const RUNS = Number(process.env.PROMISES_RUNS ?? 120);
const MINUTES = 60_000;

/** What goes wrong with the submits that speak of one item. */
const TROUBLES: Record<string, FaultSpec> = {
	'lost, taken': { after: 'handled', reset: true },
	'lost, not taken': { reset: true },
	'500, taken': { after: 'handled', status: 500, body: {} },
	'500, not taken': { status: 500, body: {} },
	unreadable: { after: 'handled', body: '<html>' },
	'400': { status: 400, body: { error: 'no' } },
	'409': { status: 409, body: { error: 'busy' } },
	'422': { status: 422, body: { error: 'no' } },
	'429': { status: 429, body: {}, headers: { 'retry-after': '2' } },
};

const scenario = fc.record({
	how: fc.constantFrom('node', 'loop', 'tool', 'tools at once'),
	provider: fc.constantFrom('seedance', 'seedance', 'segmind'),
	afterSubmit: fc.constantFrom('return', 'wait', 'sleep'),
	submitAs: fc.constantFrom('jobs', 'batch'),
	duplicates: fc.constantFrom('perExecution', 'perContent', 'custom'),
	/** The content of each item, by number. */
	items: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
	isVolatile: fc.boolean(),
	tries: fc.constantFrom(1, 1, 2, 3),
	onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
	troubles: fc.array(
		fc.record({
			item: fc.integer({ min: 0, max: 3 }),
			what: fc.constantFrom(...Object.keys(TROUBLES)),
			times: fc.constantFrom(1, 2, 3, 4, 7),
			skip: fc.constantFrom(0, 0, 1),
		}),
		{ maxLength: 3 },
	),
	/** What the user does when it is over. */
	then: fc.array(fc.constantFrom('retry', 'run again', 'run again in the editor', 'crash'), {
		maxLength: 3,
	}),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Both make the key one that other executions share; only the unified API and the node know them. */
const isShared = ({ duplicates, provider, how, afterSubmit }: Scenario) =>
	duplicates !== 'perExecution' &&
	provider === 'seedance' &&
	afterSubmit !== 'sleep' &&
	!how.startsWith('tool');

function workflowOf(given: Scenario): WorkflowJson {
	const { how, provider, afterSubmit, tries, onError } = given;
	const options: IDataObject = {
		...(provider === 'seedance' && !how.startsWith('tool') ? { submitAs: given.submitAs } : {}),
		...(isShared(given)
			? { duplicates: given.duplicates, idempotencyKey: '={{ $json.prompt }}' }
			: {}),
		metadata: '={{ JSON.stringify({ at: $execution.id }) }}',
	};
	const prompt = how.startsWith('tool') ? "$fromAI('prompt', '', 'string')" : '$json.prompt';
	const end = given.isVolatile && !isShared(given) ? " + ' ' + Math.random()" : '';
	const parameters = {
		...(provider === 'segmind'
			? { provider, model: 'seedance-pro', duration: 5 }
			: { provider, duration: 4 }),
		prompt: `={{ ${prompt}${end} }}`,
		// Without callbacks nothing sleeps, and the node says so before it submits.
		afterSubmit: provider === 'segmind' && afterSubmit === 'sleep' ? 'return' : afterSubmit,
		options,
	};
	const settings: Partial<INode> = {
		...(tries > 1 ? { retryOnFail: true, maxTries: tries, waitBetweenTries: 10 } : {}),
		onError: how.startsWith('tool') ? 'stopWorkflow' : onError,
		credentials: {
			seedanceApi: { id: '1', name: 'Seedance' },
			segmindApi: { id: '2', name: 'Segmind' },
		},
	};
	if (!how.startsWith('tool')) {
		const flow = chain(start, generate(parameters, settings));
		const to = { node: 'Generate', type: 'main', index: 0 };
		// Two runs of the node in one execution, as a loop has them.
		if (how === 'loop') flow.connections.Start = { main: [[to, to]] } as never;
		return flow;
	}
	const calls = '={{ $json.calls }}';
	const order = how === 'tool' ? 'inTurn' : 'atOnce';
	const flow = chain(start, node('Agent', 'test.agent', { calls, order, strict: true }));
	flow.nodes.push({
		...generate(parameters, settings),
		type: 'n8n-nodes-seedance.seedanceGenerateVideoTool',
	});
	flow.connections.Generate = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };
	return flow;
}

/** An item's prompt; shared ones are the same in each execution, the others belong to one execution and its retries. */
const promptOf = (given: Scenario, lineage: number, index: number) =>
	isShared(given)
		? `content ${given.items[index]}.`
		: given.how.startsWith('tool')
			? `content ${given.items[index]} of ${lineage}.`
			: `item ${index} of ${lineage}.`;

function inputOf(given: Scenario, lineage: number) {
	const prompts = given.items.map((_, index) => promptOf(given, lineage, index));
	return given.how.startsWith('tool')
		? [{ json: { calls: prompts.map((prompt) => ({ prompt })) } }]
		: prompts.map((prompt) => ({ json: { prompt } }));
}

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(() => closeWorld(world));

/** Plays a scenario to its end and gives back every execution, with how often each prompt was asked for. */
async function play(given: Scenario, sandbox: Sandbox) {
	const credentials = credentialsOf({ sandbox, engine: world.engine });
	const workflow = { ...workflowOf(given), id: `scenario-${(scenes += 1)}` };
	const executions: Execution[] = [];
	let lineage = 0;
	let last: Execution | undefined;
	const run = async (mode: 'trigger' | 'manual', executionId?: string) => {
		last = await world.engine.run(workflow, {
			input: inputOf(given, lineage),
			credentials,
			mode,
			executionId,
		});
		executions.push(last);
	};
	await run('trigger');
	for (const step of given.then) {
		if (step === 'retry') {
			if (last!.error === undefined) continue;
			last = await world.engine.retry(last!);
			executions.push(last);
		} else if (step === 'crash') {
			// As n8n 1.x runs a stalled execution: again from its beginning, under its number, its memory gone.
			if (given.provider === 'segmind' || given.how.startsWith('tool')) continue;
			world.engine.forget(last!.id);
			await run('trigger', last!.id);
		} else {
			lineage += 1;
			await run(step === 'run again' ? 'trigger' : 'manual');
		}
	}
	return { executions, lineages: lineage + 1 };
}
let scenes = 0;

function wantedOf(given: Scenario, lineages: number): Map<string, number> {
	const wanted = new Map<string, number>();
	for (let lineage = 0; lineage < lineages; lineage += 1) {
		given.items.forEach((_, index) => {
			const prompt = promptOf(given, lineage, index);
			const before = wanted.get(prompt) ?? 0;
			wanted.set(prompt, isShared(given) ? 1 : before + (given.how === 'loop' ? 2 : 1));
		});
	}
	return wanted;
}

/** For how many jobs the user is told that they may exist without an ID. */
function doubtsIn({ error, data }: Execution): number {
	const text = errorTextOf(error);
	const listed =
		/may also have started for (?:the items|item) ([\d, ]+), but its ID is not known:/.exec(text);
	const others = listed ? listed[1]!.split(',').length : 0;
	const all = JSON.stringify(data.resultData.runData) + text;
	return others + (all.match(/may have started/g) ?? []).length;
}

const seen = { jobs: 0, doubts: 0 };

async function holds(given: Scenario): Promise<void> {
	const sandbox = await startSandbox({ jobSeconds: 30, accounts: [{ credits: 1e6 }] });
	try {
		for (const { item, what, times, skip } of given.troubles) {
			const match = promptOf(given, 0, item % given.items.length);
			sandbox.faults.add({ ...TROUBLES[what], method: 'POST', match, times, skip });
		}
		const { executions, lineages } = await play(given, sandbox);
		for (const [prompt, most] of wantedOf(given, lineages)) {
			const made = sandbox.jobs().filter((job) => job.prompt.startsWith(prompt)).length;
			seen.jobs += made;
			if (made > most) throw new Error(`"${prompt}" was made ${made} times instead of ${most}`);
		}
		const told = executions.map(({ error, data }) => errorTextOf(error) + JSON.stringify(data));
		const unnamed = sandbox.jobs().filter(({ jobId }) => !told.join(' ').includes(jobId));
		const doubts = executions.reduce((sum, execution) => sum + doubtsIn(execution), 0);
		seen.doubts += doubts;
		if (unnamed.length > doubts)
			throw new Error(`${unnamed.length} jobs are not named, and ${doubts} doubts are told`);
	} finally {
		await sandbox.close();
	}
}

/** They mostly wait, so some are played at the same time. */
const AT_ONCE = 4;

it(
	'makes nothing twice, and names every job or the item that may have one',
	async () => {
		const property = fc.asyncProperty(scenario, holds);
		const parts = Array.from({ length: AT_ONCE }, async (_, part) => {
			await fc.assert(property, { seed: SEED + part, numRuns: Math.ceil(RUNS / AT_ONCE) });
		});
		await Promise.all(parts);
		// It has not passed because nothing happened.
		expect(seen.jobs).toBeGreaterThan(RUNS);
		expect(seen.doubts).toBeGreaterThan(RUNS / 20);
	},
	20 * MINUTES,
);
