// A burst of callbacks at one Seedance Trigger, through one webhook process.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import { openCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { accountsFor } from './play.ts';
import { completedJobs, stageReaction, startsOf, startsUntil, tally, tell } from './reactions.ts';

const NAMES = ['storm'] as const;
const JOBS = 50;
/** Of each job's callback, all at the same time. */
const TIMES = 4;

let cluster: Cluster;

void describe('a storm of callbacks in queue mode', () => {
	before(
		async () => {
			cluster = await openCluster('storm', { speed: 10, accounts: accountsFor(NAMES) });
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => cluster?.stop());

	void it('200 callbacks at once: all are taken, and each job starts its workflow once', async (test) => {
		const reaction = await stageReaction(cluster, 'storm');
		const jobIds = await completedJobs(cluster, 'storm', JOBS);
		const started = Date.now();
		const calls = Array.from({ length: TIMES }, () => jobIds).flat();
		const answers = await Promise.all(calls.map((id) => tell(cluster, reaction, id)));
		const seconds = (Date.now() - started) / 1000;
		const look = () => startsOf(cluster, reaction, jobIds);
		const starts = await startsUntil(look, ({ size }) => size === JOBS);
		test.diagnostic(JSON.stringify({ seconds, answers: tally(answers) }));
		assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
		assert.equal(starts.size, JOBS);
		assert.ok([...starts.values()].every(({ length }) => length === 1));
	});
});
