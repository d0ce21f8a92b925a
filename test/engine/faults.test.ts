/**
 * Every trouble at every node that it concerns, with every way in which n8n goes on after a fault: an item is never made
 * twice, a job that exists is named to the user or its item says that a job may have started, the items add up, the key
 * stays where it belongs, and everything ends. `npm run faults` writes what it came to into docs/reliability.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nameOf, parts, play, type Part, type Played } from '../faults/play.ts';
import { withFaults } from '../faults/table.ts';
import { passTimeQuickly } from '../faults/time.ts';
import { DEFAULT_ACCOUNTS, startWitness, type Witness } from '../sandbox/index.ts';
import { closeWorld, openWorld, type World } from './world.ts';

/** They mostly wait. */
const AT_ONCE = 60;
const MINUTES = 60_000;
/** A job that never ends is asked for until the user's limit; nothing asks more than that. */
const MOST_REQUESTS_PER_TRY = 60;

const keys = Object.values(DEFAULT_ACCOUNTS).map(({ apiKey }) => apiKey);
/** Their providers know no idempotency keys: what may have started is not submitted again. */
const submitsOnce = ({ stage, dialect, scenario }: Part) =>
	scenario.group === 'submit' && (!['unified', 'lite'].includes(dialect) || stage.isBlocking);

let world: World;
let otherHost: Witness;
const played = new Map<string, Played | Error>();

beforeAll(async () => {
	world = await openWorld();
	otherHost = await startWitness();
	const stop = passTimeQuickly();
	const left = [...parts];
	const lane = async () => {
		for (let part = left.shift(); part; part = left.shift()) {
			const failed = (error: unknown) =>
				error instanceof Error ? error : new Error(String(error));
			played.set(nameOf(part), await play(part, world.engine, otherHost).catch(failed));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	await stop();
}, 20 * MINUTES);

afterAll(async () => {
	await otherHost.close();
	await closeWorld(world);
});

it.each(parts.map((part): [string, Part] => [nameOf(part), part]))('%s', (name, part) => {
	const { stage, scenario, wiring } = part;
	const outcome = played.get(name);
	if (!outcome || outcome instanceof Error) throw outcome ?? new Error('Was not played');
	const { good, errors, others, stopped, warned, unnamed } = outcome;
	const items = wiring.items.length;
	const tries = wiring.settings.maxTries ?? 1;

	expect(outcome.mostJobsOfAnItem).toBeLessThanOrEqual(1);
	expect(outcome.charged).toBeLessThanOrEqual(items);
	if (!stage.isTrigger) expect(unnamed.length).toBeLessThanOrEqual(warned ? 1 : 0);
	expect(outcome.keyLeaked).toBe(false);
	expect(outcome.requests).toBeLessThanOrEqual(MOST_REQUESTS_PER_TRY * items * tries);
	if (wiring.settings.onError) expect(stopped).toBe(false);
	if (stage.isTrigger) expect(good + others).toBeLessThanOrEqual(items);
	else if (!stopped) expect(good + errors + others).toBe(items);
	if (scenario.passes && !submitsOnce(part)) expect(good).toBe(items);
});

it('the key is in no log, and no other host has got it', () => {
	expect(world.engine.logs.length).toBeGreaterThan(parts.length);
	for (const key of keys) {
		expect(world.engine.logs.filter(({ text }) => text.includes(key))).toEqual([]);
	}
	const { requests } = otherHost;
	expect(requests.length).toBeGreaterThan(0);
	// Files may lie anywhere; an answer of the API must not lead away.
	expect(new Set(requests.map((request) => request.path))).toEqual(new Set(['/file']));
	expect(keys.filter((key) => JSON.stringify(requests).includes(key))).toEqual([]);
	expect(requests.filter(({ headers }) => headers.authorization ?? headers['x-api-key'])).toEqual(
		[],
	);
});

if (process.env.WRITE_FAULTS) {
	it('is written down', () => {
		const file = path.resolve(__dirname, '../../docs/reliability.md');
		writeFileSync(file, withFaults(readFileSync(file, 'utf8'), parts, played));
	});
}
