/**
 * Every trouble at every node that it concerns, with every way in which n8n goes on after a fault: an item is never made
 * twice, a job that exists is named to the user or its item says that a job may have started, the items add up, the key
 * stays where it belongs, everything ends, and it comes out as the committed outcomes say. `npm run faults` writes those anew,
 * `npm run faults -- segmind` those of one dialect.
 *
 * FAULTS="Cancel Job, unified: cancel, HTTP 403" plays only what fits, a regular expression.
 */
import { standIns, startWitness, type Witness, type WitnessRecord } from '../sandbox/index.ts';
import { closeWorld, openWorld, type World } from '../engine/world.ts';
import { Expected, outcomeOf, readOutcomes, writeOutcomes } from './outcomes.ts';
import { nameOf, partsOf, type FileName, type Part } from './parts.ts';
import { play, type Played } from './play.ts';
import { dialects } from './stages.ts';

/** They mostly wait. */
const AT_ONCE = 60;
const MINUTES = 60_000;
/** A job that never ends is asked for until the user's limit; nothing asks more than that. */
const MOST_REQUESTS_PER_TRY = 60;
/** Jest makes every stack readable by its source maps, which takes a good part of a run; nobody reads them. */
const STACK_LINES = 1;

const keys = standIns.map(({ account }) => account.apiKey);
/** Their providers know no idempotency keys: what may have started is not submitted again. */
const submitsOnce = ({ stage, dialect, scenario }: Part) =>
	scenario.group === 'submit' && (!dialects[dialect]!.dialect.idempotent || stage.isBlocking);

type Results = ReadonlyMap<string, Played | Error>;

/** The tests of a file, which plays its half of the nodes. */
export function playTroubles(file: FileName): void {
	const { WRITE_FAULTS: writes, FAULTS: chosen = '' } = process.env;
	if (writes && chosen) throw new Error('All is written, or nothing');
	const isChosen = (name: string) => new RegExp(chosen).test(name);
	const parts = partsOf[file]
		.filter((part) => isChosen(nameOf(part)))
		.filter(({ dialect }) => !writes || writes === 'all' || writes === dialect);
	if (parts.length === 0) {
		it('has nothing to play', () => {
			// A dialect may have no part in one of the files.
			expect([writes, chosen]).not.toEqual([undefined, '']);
		});
		return;
	}
	const expected = writes
		? undefined
		: new Expected(readOutcomes(file).flatMap(({ rows }) => rows));
	let world: World;
	let otherHost: Witness;
	let played: Results;

	beforeAll(async () => {
		world = await openWorld();
		otherHost = await startWitness();
		played = await playAll(parts, world, otherHost);
	}, 20 * MINUTES);

	afterAll(async () => {
		await otherHost.close();
		await closeWorld(world);
	});

	it.each(parts.map((part): [string, Part] => [nameOf(part), part]))('%s', (name, part) => {
		const outcome = played.get(name);
		if (!outcome || outcome instanceof Error) throw outcome ?? new Error('Was not played');
		expectSound(part, outcome);
		if (expected) expectAsCommitted(part, outcome, expected);
	});

	if (expected) {
		it('what is committed is what is played', () => {
			expect(parts.map(nameOf).sort()).toEqual(expected.names.filter(isChosen).sort());
		});
	} else {
		it('is written down', () => {
			const outcomes = parts.map((part): [Part, Played] => {
				const outcome = played.get(nameOf(part));
				if (!outcome || outcome instanceof Error) throw new Error(`${nameOf(part)} has failed`);
				return [part, outcome];
			});
			writeOutcomes(file, outcomes);
		});
	}

	it('the key is in no log, and no other host has got it', () => {
		expect(world.engine.logs.length).toBeGreaterThan(parts.length);
		for (const key of keys) {
			expect(world.engine.logs.filter(({ text }) => text.includes(key))).toEqual([]);
		}
		if (parts.length === partsOf[file].length) expectKeyless(otherHost);
	});
}

async function playAll(
	parts: readonly Part[],
	{ engine }: World,
	otherHost: Witness,
): Promise<Results> {
	const played = new Map<string, Played | Error>();
	const stackLines = Error.stackTraceLimit;
	Error.stackTraceLimit = STACK_LINES;
	const left = [...parts];
	const lane = async () => {
		for (let part = left.shift(); part; part = left.shift()) {
			const failed = (error: unknown) =>
				error instanceof Error ? error : new Error(String(error));
			played.set(nameOf(part), await play(part, engine, otherHost).catch(failed));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	Error.stackTraceLimit = stackLines;
	return played;
}

/** What the table says; requests and seconds vary with the load of the machine. */
function expectAsCommitted(part: Part, played: Played, expected: Expected): void {
	const [cell, jobs, paid] = outcomeOf(part, played);
	const [expectedCell, expectedJobs, expectedPaid] = expected.of(part) ?? [];
	expect({ cell, jobs, paid }).toEqual({
		cell: expectedCell,
		jobs: expectedJobs,
		paid: expectedPaid,
	});
}

/** What holds whatever goes wrong. */
function expectSound(part: Part, outcome: Played): void {
	const { stage, scenario, wiring } = part;
	const { good, errors, others, stopped, warned, unnamed } = outcome;
	const items = wiring.items.length;
	const tries = wiring.settings.maxTries ?? 1;

	expect(outcome.contradictions).toEqual([]);
	expect(outcome.mostJobsOfAnItem).toBeLessThanOrEqual(1);
	expect(outcome.charged).toBeLessThanOrEqual(items);
	if (!stage.isTrigger) expect(unnamed.length).toBeLessThanOrEqual(warned ? 1 : 0);
	expect(outcome.keyLeaked).toBe(false);
	expect(outcome.requests).toBeLessThanOrEqual(MOST_REQUESTS_PER_TRY * items * tries);
	if (wiring.settings.onError) expect(stopped).toBe(false);
	if (stage.isTrigger) expect(good + others).toBeLessThanOrEqual(items);
	else if (!stopped) expect(good + errors + others).toBe(items);
	if (scenario.passes && !submitsOnce(part)) expect(good).toBe(items);
}

/** Files may lie anywhere; an answer of the API must not lead away. */
function expectKeyless({ requests }: Witness): void {
	expect(requests.length).toBeGreaterThan(0);
	expect(new Set(requests.map((request) => request.path))).toEqual(new Set(['/file']));
	expect(keys.filter((key) => JSON.stringify(requests).includes(key))).toEqual([]);
	const hasKey = ({ headers }: WitnessRecord) =>
		standIns.some(({ keyHeader }) => headers[keyHeader] !== undefined);
	expect(requests.filter(hasKey)).toEqual([]);
}
