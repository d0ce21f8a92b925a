// Much at once: a burst of callbacks at one Seedance Trigger through one webhook process, and a burst of submits by two
// workers that share a key and know nothing of each other.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import { openCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import {
	accountsFor,
	begin,
	executionsOf,
	jobsOf,
	requestsOf,
	stageScenario,
	until,
	workerOf,
} from './play.ts';
import type { Scenario } from './play.ts';
import { completedJobs, stageReaction, startsOf, startsUntil, tally, tell } from './reactions.ts';

const CALLED_BACK = 50;
/** Of each job's callback, all at the same time. */
const TIMES = 4;

/** What the account may do, and what both workers are told that it may. */
const LIMITS = { requestsPerMinute: 60, maxConcurrentJobs: 5 };
const SUBMITTED = 90;
const EXECUTIONS = 6;
const MINUTE_MS = 60_000;

let cluster: Cluster;

/** SubmitLimits sent and refused in each half of a minute. */
function eachHalfMinute(scenario: Scenario, started: number): string[] {
	const counts: Array<{ sent: number; refused: number }> = [];
	for (const { at, status } of requestsOf(cluster, scenario, 'submit')) {
		const count = (counts[Math.floor((at - started) / (MINUTE_MS / 2))] ??= {
			sent: 0,
			refused: 0,
		});
		count.sent += 1;
		if (status === 429) count.refused += 1;
	}
	return [...counts].map((count) => (count ? `${count.refused} of ${count.sent}` : '–'));
}

void describe('bursts in queue mode', () => {
	before(
		async () => {
			const accounts = [...accountsFor(['storm']), ...accountsFor(['shared'], LIMITS)];
			cluster = await openCluster('bursts', { speed: 10, jobSeconds: 10, accounts });
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => cluster?.stop());

	void it('200 callbacks at once: all are taken, and each job starts its workflow once', async (test) => {
		const reaction = await stageReaction(cluster, 'storm');
		const jobIds = await completedJobs(cluster, 'storm', CALLED_BACK);
		const started = Date.now();
		const calls = Array.from({ length: TIMES }, () => jobIds).flat();
		const answers = await Promise.all(calls.map((id) => tell(cluster, reaction, id)));
		const seconds = (Date.now() - started) / 1000;
		const look = () => startsOf(cluster, reaction, jobIds);
		const starts = await startsUntil(look, ({ size }) => size === CALLED_BACK);
		test.diagnostic(JSON.stringify({ seconds, answers: tally(answers) }));
		assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
		assert.equal(starts.size, CALLED_BACK);
		assert.ok([...starts.values()].every(({ length }) => length === 1));
	});

	void it('two workers with one key share what the account may do, once they have been refused', async (test) => {
		const plot = { afterSubmit: 'return', limits: LIMITS } as const;
		const scenario = await stageScenario(cluster, 'shared', plot);
		const started = Date.now();
		// Begun together, so that both workers take some.
		await begin(cluster, scenario, { executions: EXECUTIONS, items: SUBMITTED / EXECUTIONS });
		const all = () => jobsOf(cluster, scenario).length === SUBMITTED;
		await until(all, 'all jobs are made', 5 * MINUTE_MS).catch((error: unknown) => {
			test.diagnostic(JSON.stringify(eachHalfMinute(scenario, started)));
			throw error;
		});
		const executions = await executionsOf(cluster, scenario, { count: EXECUTIONS });
		const workers = new Set(executions.map(({ id }) => workerOf(cluster, id)));
		// n8n decides which worker takes what.
		if (workers.size < 2) test.diagnostic('one worker took all of them: nothing was shared');
		assert.deepEqual([...new Set(executions.map(({ status }) => status))], ['success']);
		const share = (from: number, to: number) => {
			const sent = requestsOf(cluster, scenario, 'submit').filter(
				({ at }) => at >= started + from && at < started + to,
			);
			const refused = sent.filter(({ status }) => status === 429).length;
			return { sent: sent.length, refused };
		};
		const first = share(0, MINUTE_MS);
		const later = share(MINUTE_MS, Infinity);
		const seconds = (Date.now() - started) / 1000;
		const refused = eachHalfMinute(scenario, started);
		test.diagnostic(JSON.stringify({ first, later, seconds, refused }));
		assert.ok(later.refused <= 0.1 * later.sent, `${later.refused} of ${later.sent} refused`);
	});
});
