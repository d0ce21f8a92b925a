/** Plays one trouble at one node, wired in one way, and says what it came to. */
import type { IDataObject, INode } from 'n8n-workflow';
import { credentialsOf, errorTextOf, type World } from '../engine/world.ts';
import { startSandbox, type Sandbox, type Witness } from '../sandbox/index.ts';
import { OTHER_HOST, scenarios, TROUBLED, type Group, type Scenario } from './scenarios.ts';
import { stages, type DialectName, type Stage, type Told } from './stages.ts';
import { sleep } from './time.ts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 };

export interface Wiring {
	name: string;
	items: readonly string[];
	settings: Partial<INode>;
}
const one = [TROUBLED];
const three = ['first', TROUBLED, 'third'];

/** The ways in which a user can wire a node. The first two are all that a trigger knows. */
export const WIRINGS: readonly Wiring[] = [
	{ name: 'One item', items: one, settings: {} },
	{ name: 'Three items', items: three, settings: {} },
	{ name: 'Continue', items: three, settings: { onError: 'continueRegularOutput' } },
	{ name: 'Error output', items: three, settings: { onError: 'continueErrorOutput' } },
	{ name: 'Retry On Fail', items: three, settings: RETRY },
	{
		name: 'Retry, then Continue',
		items: three,
		settings: { ...RETRY, onError: 'continueRegularOutput' },
	},
];

export interface Part {
	stage: Stage;
	dialect: DialectName;
	scenario: Scenario;
	wiring: Wiring;
}

/** Other dialects than the first are played with these. */
const FEWER = ['Three items', 'Error output', 'Retry On Fail'];

/** All that is to be played. */
export const parts: readonly Part[] = stages.flatMap((stage) => {
	const wirings = WIRINGS.slice(0, stage.isTrigger ? 2 : undefined);
	const { groups, dialects, also } = stage;
	const fewer = wirings.filter(({ name }) => FEWER.includes(name));
	return [
		...partsOf(stage, dialects, groups, wirings),
		...partsOf(stage, also?.dialects ?? [], also?.groups ?? [], fewer),
	];
});

function partsOf(
	stage: Stage,
	dialects: readonly DialectName[],
	groups: readonly Group[],
	wirings: readonly Wiring[],
): Part[] {
	return dialects.flatMap((dialect) =>
		scenarios
			.filter(({ group, not = [] }) => groups.includes(group) && !not.includes(dialect))
			// Each number once is enough.
			.filter(({ repeats }) => !repeats || (stage === stages[0] && dialect === dialects[0]))
			.flatMap((scenario) => wirings.map((wiring) => ({ stage, dialect, scenario, wiring }))),
	);
}

/** What a part came to. */
export interface Played {
	/** Of the items that came in: those that came out as wanted, as an error, and as something else. */
	good: number;
	errors: number;
	others: number;
	/** The workflow ended in an error. */
	stopped: boolean;
	/** The most jobs that one item has. */
	mostJobsOfAnItem: number;
	/** Jobs of which the user is not told. */
	unnamed: string[];
	/** The user is told that a job may have started. */
	warned: boolean;
	/** Jobs that were made, and those of them that were paid or will be. */
	made: number;
	charged: number;
	/** Requests to the provider, its files included, from the moment at which something was wrong. */
	requests: number;
	/** Simulated seconds until the user had the outcome. */
	seconds: number;
	keyLeaked: boolean;
}

/** Longer than any wait of the nodes. Simulated. */
const MUST_END_MS = 60 * 60_000;

const JOB_SECONDS = 60;
let scenes = 0;

/** @param otherHost whatever is redirected goes there */
export async function play(
	part: Part,
	engine: World['engine'],
	otherHost: Witness,
): Promise<Played> {
	const { scenario } = part;
	const sandbox = await startSandbox({ jobSeconds: JOB_SECONDS, ...scenario.sandbox });
	try {
		const ends = sleep(MUST_END_MS).then(() => {
			throw new Error(`Does not end: ${nameOf(part)}`);
		});
		return await Promise.race([playIn({ sandbox, engine }, part, otherHost), ends]);
	} finally {
		await sandbox.close();
	}
}

export const nameOf = ({ stage, dialect, scenario, wiring }: Part): string =>
	`${stage.name}, ${dialect}, ${wiring.name}: ${scenario.group}, ${scenario.name} ${scenario.besides ?? ''}`;

async function playIn(world: World, part: Part, otherHost: Witness): Promise<Played> {
	const { stage, dialect, scenario, wiring } = part;
	const { sandbox } = world;
	const rightOnes: Record<string, IDataObject> = credentialsOf(world);
	const scene = {
		world,
		dialect,
		scenario,
		settings: wiring.settings,
		items: wiring.items.map((prompt) => ({
			json: {
				prompt:
					prompt === TROUBLED && scenario.tags ? `${prompt} [sandbox:${scenario.tags}]` : prompt,
			},
		})),
		credentials: rightOnes,
		id: `scene-${(scenes += 1)}`,
	};
	const items = (await stage.before?.(scene)) ?? scene.items;
	const before = requestsTo(sandbox);
	for (const fault of scenario.faults ?? []) {
		sandbox.faults.add({ ...fault, headers: redirected(fault.headers, otherHost) });
	}
	const startedAt = Date.now();
	const { baseUrl } = scenario;
	const credentials = baseUrl ? misled(rightOnes, (url) => baseUrl(url, scene.id)) : rightOnes;
	const told = await stage.run({ ...scene, items, credentials });
	const seconds = Math.round((Date.now() - startedAt) / 1_000);
	const requests = requestsTo(sandbox) - before;
	sandbox.faults.clear();
	for (const { jobId, state, prompt } of sandbox.jobs()) {
		if (['queued', 'processing'].includes(state) && !prompt.includes('never'))
			sandbox.finishJob(jobId);
	}
	return { ...outcomeOf(sandbox, part, told), seconds, requests };
}

const requestsTo = ({ ledger }: Sandbox) => ledger.requests.length + ledger.media.length;

const redirected = (headers: Record<string, string> | undefined, { url }: Witness) =>
	headers && {
		...headers,
		...(headers.location ? { location: headers.location.replace(OTHER_HOST, url) } : {}),
	};

const misled = (credentials: Record<string, IDataObject>, baseUrl: (url: string) => string) =>
	Object.fromEntries(
		Object.entries(credentials).map(([type, data]) => [
			type,
			{ ...data, baseUrl: baseUrl(data.baseUrl as string) },
		]),
	);

function outcomeOf(sandbox: Sandbox, { stage, wiring }: Part, { executions, items }: Told) {
	const good = items.filter((item) => item.json.error === undefined && stage.isGood(item)).length;
	const errors = items.filter(({ json }) => json.error !== undefined).length;
	const told = executions
		.map(({ error, data }) => errorTextOf(error) + JSON.stringify(data))
		.join();
	const jobs = wiring.items.map((item) =>
		sandbox.jobs().filter(({ prompt }) => prompt.startsWith(item)),
	);
	const keys = [sandbox.apiKey, sandbox.segmindKey, sandbox.seedanceOrgKey];
	return {
		good,
		errors,
		others: items.length - good - errors,
		stopped: executions.some(({ error }) => error !== undefined),
		mostJobsOfAnItem: Math.max(...jobs.map(({ length }) => length)),
		unnamed: jobs.flat().flatMap(({ jobId }) => (told.includes(jobId) ? [] : [jobId])),
		warned: /may have started|made and charged/.test(told),
		made: jobs.flat().length,
		charged: sandbox.ledger.accounts.reduce((sum, { jobsCharged }) => sum + jobsCharged, 0),
		keyLeaked: sandbox.ledger.keyReachedMediaHost || keys.some((key) => told.includes(key)),
	};
}
