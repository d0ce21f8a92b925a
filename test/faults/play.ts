/** Plays one trouble at one node, wired in one way, and says what it came to. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { credentialsOf, errorTextOf, type World } from '../engine/world.ts';
import {
	standIns,
	startSandbox,
	type AccountOptions,
	type Sandbox,
	type Witness,
} from '../sandbox/index.ts';
import { contradictionsIn } from './books.ts';
import { nameOf, type Part } from './parts.ts';
import { OTHER_HOST, TROUBLED } from './scenarios.ts';
import { dialects, type Scene, type Told } from './stages.ts';

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
	/** What the items say and the provider's books do not. */
	contradictions: string[];
}

/** Longer than any wait of the nodes. Simulated. */
const MUST_END_MS = 60 * 60_000;

const JOB_SECONDS = 85;
let scenes = 0;

/** @param otherHost whatever is redirected goes there */
export async function play(
	part: Part,
	engine: World['engine'],
	otherHost: Witness,
): Promise<Played> {
	const { scenario } = part;
	const accounts = accountsOf(part);
	const sandbox = await startSandbox({ jobSeconds: JOB_SECONDS, accounts, ...scenario.sandbox });
	let timer: NodeJS.Timeout | undefined;
	try {
		const ends = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`Does not end: ${nameOf(part)}`)), MUST_END_MS);
		});
		return await Promise.race([playIn({ sandbox, engine }, part, otherHost), ends]);
	} finally {
		clearTimeout(timer);
		await sandbox.close();
	}
}

/**
 * At least as many jobs run at a time as a run has items: with fewer, it would depend on which of two jobs ends first
 * whether the next one is submitted before the fault of another one ends the run.
 */
const JOBS_AT_ONCE = 5;

/** Where a job that has begun cannot be cancelled, none begins. */
function accountsOf({ stage, dialect }: Part): AccountOptions[] {
	const { provider, dialect: played } = dialects[dialect]!;
	const onlyWaiting = stage.cancels && played.cancel?.when?.every((state) => state === 'queued');
	return [{ provider: provider.id, maxConcurrentJobs: onlyWaiting ? 0 : JOBS_AT_ONCE }];
}

/** The credentials of all providers. */
const enough = (world: World): Record<string, IDataObject> =>
	Object.fromEntries(
		Object.entries(credentialsOf(world)).map(([type, credential]) => [
			type,
			{ ...credential, maxConcurrentJobs: JOBS_AT_ONCE },
		]),
	);

async function playIn(world: World, part: Part, otherHost: Witness): Promise<Played> {
	const { stage, dialect, scenario, wiring } = part;
	const { sandbox } = world;
	const rightOnes = enough(world);
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
	const contradictions = contradictionsIn(sandbox, part, told);
	const seconds = Math.round((Date.now() - startedAt) / 1_000);
	const requests = requestsTo(sandbox) - before;
	sandbox.faults.clear();
	for (const { jobId, state, prompt } of sandbox.jobs()) {
		if (['queued', 'processing'].includes(state) && !prompt.includes('never'))
			sandbox.finishJob(jobId);
	}
	// Thousands of them would fill the memory.
	for (const { id } of told.executions) world.engine.forget(id);
	return { ...countsOf(scene, part, told), contradictions, seconds, requests };
}

const requestsTo = ({ ledger }: Sandbox) => ledger.requests.length + ledger.media.length;

const redirected = (headers: Record<string, string> | undefined, { url }: Witness) =>
	headers && {
		...headers,
		...(headers.location ? { location: headers.location.replace(OTHER_HOST, url) } : {}),
	};

const misled = (credentials: Record<string, IDataObject>, baseUrl: (url: string) => string) =>
	Object.fromEntries(
		Object.entries(credentials).map(([type, data]) => {
			const { hosts = {} } = standIns.find(({ credentialType }) => credentialType === type) ?? {};
			const [field = 'baseUrl'] = Object.keys(hosts);
			return [type, { ...data, [field]: baseUrl(data[field] as string) }];
		}),
	);

function countsOf(scene: Scene, { stage, wiring }: Part, { executions, items }: Told) {
	const { sandbox } = scene.world;
	const { ledger } = sandbox;
	const isGood = (item: INodeExecutionData) =>
		item.json.error === undefined && stage.isGood(item, scene);
	const good = items.filter(isGood).length;
	const errors = items.filter(({ json }) => json.error !== undefined).length;
	const told = executions
		.map(({ error, data }) => errorTextOf(error) + JSON.stringify(data))
		.join();
	const jobs = wiring.items.map((item) =>
		sandbox.jobs().filter(({ prompt }) => prompt.startsWith(item)),
	);
	const keys = standIns.map(({ provider }) => sandbox.credentialOf(provider).apiKey);
	return {
		good,
		errors,
		others: items.length - good - errors,
		stopped: executions.some(({ error }) => error !== undefined),
		mostJobsOfAnItem: Math.max(...jobs.map(({ length }) => length)),
		unnamed: jobs.flat().flatMap(({ jobId }) => (told.includes(jobId) ? [] : [jobId])),
		warned: /may have started|made and charged/.test(told),
		made: jobs.flat().length,
		charged: ledger.accounts.reduce((sum, { jobsCharged }) => sum + jobsCharged, 0),
		keyLeaked: ledger.keyReachedMediaHost || keys.some((key) => told.includes(key)),
	};
}
