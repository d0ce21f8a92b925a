/**
 * Every fault of the sandbox, at every provider, with every way in which n8n goes on after a fault: an item is never made twice,
 * and a job that exists is named to the user, or its item says that a job may have started.
 */
import type { INode } from 'n8n-workflow';
import { scenarios, TROUBLED, type Scenario } from '../faults/scenarios.ts';
import { startSandbox, type JobSummary, type SandboxOptions } from '../sandbox/index.ts';
import type { Execution } from './harness/index.ts';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	generate,
	openWorld,
	start,
	type World,
} from './world.ts';

const DIALECTS = {
	unified: { provider: 'seedance', model: 'seedance-2.0' },
	lite: {
		provider: 'seedance',
		model: 'seedance-1.0-lite',
		mode: 'imageToVideo',
		imageUrl: 'https://example.com/shoe.jpg',
		cameraLock: true,
	},
	segmind: { provider: 'segmind', model: 'seedance-pro', duration: 5 },
	seedanceOrg: { provider: 'seedanceOrg', model: 'seedance-1.5', duration: 4 },
};
type DialectName = keyof typeof DIALECTS;

const WIRINGS: Record<string, Partial<INode>> = {
	'as it comes': {},
	'Retry On Fail': { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
	Continue: { onError: 'continueRegularOutput' },
	'Continue (using error output)': { onError: 'continueErrorOutput' },
	'Retry On Fail, then Continue': {
		retryOnFail: true,
		maxTries: 3,
		waitBetweenTries: 1,
		onError: 'continueRegularOutput',
	},
};

const ITEMS = ['first', TROUBLED, 'third'];

interface Played {
	execution: Execution;
	/** Of each item. */
	jobs: JobSummary[][];
	/** All that the user can read. */
	told: string;
	charged: number;
}

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(() => closeWorld(world));

async function play(
	dialect: DialectName,
	more: Partial<INode>,
	{ faults = [], tags, downloads = false }: Scenario,
): Promise<Played> {
	const options: SandboxOptions = { speed: 200 };
	const sandbox = await startSandbox(options);
	try {
		for (const fault of faults) sandbox.faults.add(fault);
		const node = generate(
			{
				...DIALECTS[dialect],
				downloadVideo: downloads,
				// The last question comes at the limit, so that no test waits for the first one of a provider without estimates.
				options: { timeoutMinutes: 0.05, onJobFailure: 'error' },
			},
			more,
		);
		const input = ITEMS.map((prompt) => ({
			json: { prompt: prompt === TROUBLED && tags ? `${prompt} [sandbox:${tags}]` : prompt },
		}));
		const credentials = credentialsOf({ ...world, sandbox });
		const execution = await world.engine.run(chain(start, node), { input, credentials });
		const jobs = ITEMS.map((item) =>
			sandbox.jobs().filter(({ prompt }) => prompt.startsWith(item)),
		);
		return {
			execution,
			jobs,
			told: errorTextOf(execution.error) + JSON.stringify(execution.raw),
			charged: sandbox.ledger.accounts.reduce((sum, { jobsCharged }) => sum + jobsCharged, 0),
		};
	} finally {
		await sandbox.close();
	}
}

const cases = Object.keys(DIALECTS).flatMap((dialect) =>
	Object.keys(WIRINGS).flatMap((wiring) =>
		scenarios
			.filter(({ not = [] }) => !not.includes(dialect))
			.map((scenario) => ({ dialect: dialect as DialectName, wiring, scenario })),
	),
);
const nameOf = ({ dialect, wiring, scenario }: (typeof cases)[number]) =>
	`${dialect}, ${wiring}: ${scenario.name}`;

/** They mostly wait, for a real clock. */
const AT_ONCE = 80;
const played = new Map<string, Played>();

describe('an item is never made twice', () => {
	beforeAll(async () => {
		const left = [...cases];
		const lane = async () => {
			for (let next = left.shift(); next; next = left.shift()) {
				played.set(nameOf(next), await play(next.dialect, WIRINGS[next.wiring]!, next.scenario));
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, lane));
	}, 300_000);

	it.each(cases.map(nameOf))('%s', (name) => {
		const { jobs, told, charged } = played.get(name)!;
		expect(jobs.map(({ length }) => length).filter((count) => count > 1)).toEqual([]);
		expect(charged).toBeLessThanOrEqual(ITEMS.length);
		const unnamed = jobs.flat().filter(({ jobId }) => !told.includes(jobId));
		if (!told.includes('may have started')) expect(unnamed).toEqual([]);
		expect(unnamed.length).toBeLessThanOrEqual(1);
	});
});
