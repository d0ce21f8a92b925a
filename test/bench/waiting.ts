// How fast suspended executions go on when they are called back: our waiting node beside n8n's own.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { countExecutions } from '../n8n/database.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { median } from './bench.ts';
import type { Bench, BenchResult } from './bench.ts';
import { cpuMsOf, n8nPid } from './processUse.ts';
import { addWorkflow, onStage } from './stage.ts';
import type { BenchStage } from './stage.ts';
import { chain, httpRequest } from './workflows.ts';
import type { Node } from './workflows.ts';

const EXECUTIONS = 500;
const WARM_UP = 100;
const ROUNDS = 2;
/** Requests under way at once, when executions are started and when they are called back. */
const WIDTH = 10;
const LIMIT_MS = 180_000;
const MIN_RATIO = 0.8;
const MAX_STATUS_CALLS = 1;

/** Hears from the executions: where they can be resumed (the core workflow), and that they have gone on (both). */
class Listener {
	readonly resumeUrls: string[] = [];
	done = 0;
	private readonly server = createServer((request, response) => {
		void this.hear(request).then(() => response.end('{}'));
	});

	async open(): Promise<string> {
		await new Promise<void>((resolve) => {
			this.server.listen(0, '127.0.0.1', resolve);
		});
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	reset(): void {
		this.resumeUrls.length = 0;
		this.done = 0;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	private async hear(request: IncomingMessage): Promise<void> {
		const chunks = (await request.toArray()) as Buffer[];
		if (request.url === '/done') this.done += 1;
		else this.resumeUrls.push((JSON.parse(String(Buffer.concat(chunks))) as { url: string }).url);
	}
}

const tellDone = (address: string): Node =>
	httpRequest('Tell', { method: 'POST', url: `${address}/done` });

const ours = ({ credentials }: BenchStage, address: string): Node[] => [
	{
		name: 'Submit',
		type: 'n8n-nodes-seedance.seedanceGenerateVideo',
		typeVersion: 1,
		credentials,
		parameters: {
			provider: 'seedance',
			model: 'seedance-2.0',
			mode: 'textToVideo',
			prompt: 'A lamp turns slowly',
			afterSubmit: 'resume',
			options: {},
		},
	},
	{
		name: 'Wait for Webhook',
		type: 'n8n-nodes-seedance.seedanceWaitForWebhook',
		typeVersion: 1,
		credentials,
		parameters: { provider: 'seedance', jobId: '={{ $json.jobId }}' },
	},
	tellDone(address),
];

/** One request before the wait, as ours has its submit. */
const theirs = (address: string): Node[] => [
	httpRequest('Submit', {
		method: 'POST',
		url: `${address}/waiting`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '={{ { url: $execution.resumeUrl } }}',
	}),
	{
		name: 'Wait',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
	},
	tellDone(address),
];

/** As the provider does it: signed, with the documented body. */
function callBack(sandbox: Sandbox): Array<() => Promise<void>> {
	return sandbox.jobs().map(({ jobId }) => async () => {
		sandbox.finishJob(jobId);
		const { detail } = await sandbox.waitFor('callback', jobId, LIMIT_MS);
		assert.equal(detail.status, 200, `a callback was answered with ${String(detail.status)}`);
	});
}

const resume = (url: string) => async () => {
	const headers = { 'content-type': 'application/json' };
	const answer = await fetch(url, { method: 'POST', headers, body: '{"status":"completed"}' });
	assert.equal(answer.status, 200, await answer.text());
};

async function inParallel(tasks: ReadonlyArray<() => Promise<void>>): Promise<void> {
	const rest = tasks.values();
	const lane = async () => {
		for (const task of rest) await task();
	};
	await Promise.all(Array.from({ length: WIDTH }, lane));
}

async function until(what: string, holds: () => boolean): Promise<void> {
	const deadline = Date.now() + LIMIT_MS;
	while (!holds()) {
		if (Date.now() > deadline) throw new Error(`Not within ${LIMIT_MS / 1000} s: ${what}`);
		await sleep(10);
	}
}

interface Side {
	webhook: string;
	/** One for each waiting execution. */
	callbacks: () => Array<() => Promise<void>>;
}

interface Speed {
	/** Executions resumed a second, the last one finished included. */
	rate: number;
	/** Milliseconds of processor time that n8n took for each. */
	cpuMs: number;
	/** Questions to the provider for each, from the submit on. */
	statusCalls: number;
}

/** Suspends all, then calls all back. */
async function measure(
	stage: BenchStage,
	listener: Listener,
	side: Side,
	executions: number,
): Promise<Speed> {
	listener.reset();
	stage.sandbox.reset();
	const start = async () => {
		const { status } = await stage.api.callWebhook(side.webhook, {});
		assert.equal(status, 200);
	};
	await inParallel(Array.from({ length: executions }, () => start));
	await until('all executions are suspended', () => waitingIn(stage) === executions);
	const callbacks = side.callbacks();
	assert.equal(callbacks.length, executions);

	const pid = n8nPid(stage.n8n);
	const [started, cpuAtStart] = [performance.now(), cpuMsOf(pid)];
	await inParallel(callbacks);
	await until('all executions have gone on', () => listener.done >= executions);
	const seconds = (performance.now() - started) / 1000;
	const cpuMs = (cpuMsOf(pid) - cpuAtStart) / executions;
	await until('no execution waits', () => waitingIn(stage) === 0);
	assert.equal(listener.done, executions, 'an execution went on twice');
	const asked = stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'status');
	return { rate: executions / seconds, cpuMs, statusCalls: asked.length / executions };
}

const waitingIn = ({ n8n }: BenchStage): number => countExecutions(n8n)['waiting'] ?? 0;

async function run(report: (text: string) => void): Promise<BenchResult> {
	const listener = new Listener();
	const address = await listener.open();
	const speeds = { ours: [] as Speed[], theirs: [] as Speed[] };
	try {
		// Jobs end when the bench says so.
		await onStage({ name: 'waiting', report, sandbox: { jobSeconds: 36_000 } }, async (stage) => {
			await addWorkflow(stage, chain('ours', ours(stage, address), 'onReceived'));
			await addWorkflow(stage, chain('theirs', theirs(address), 'onReceived'));
			const sides = {
				ours: { webhook: 'ours', callbacks: () => callBack(stage.sandbox) },
				theirs: { webhook: 'theirs', callbacks: () => listener.resumeUrls.map(resume) },
			};
			for (let round = 0; round <= ROUNDS; round++) {
				for (const name of ['ours', 'theirs'] as const) {
					const executions = round === 0 ? WARM_UP : EXECUTIONS;
					const speed = await measure(stage, listener, sides[name], executions);
					const { rate, cpuMs } = speed;
					report(
						`round ${round} of ${ROUNDS}, ${name}: ${rate.toFixed(1)} a second, ${cpuMs.toFixed(0)} ms each`,
					);
					if (round > 0) speeds[name].push(speed); // the first is for warming up
				}
			}
		});
	} finally {
		listener.close();
	}
	return resultOf(speeds.ours, speeds.theirs);
}

function resultOf(ours: Speed[], theirs: Speed[]): BenchResult {
	const rates = (speeds: Speed[]) => speeds.map(({ rate }) => rate);
	const ratio = median(rates(ours)) / median(rates(theirs));
	const row = (name: string, speeds: Speed[]) => [
		name,
		median(rates(speeds)).toFixed(1),
		Math.min(...rates(speeds)).toFixed(1),
		Math.max(...rates(speeds)).toFixed(1),
		`${median(speeds.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms`,
		statusCallsOf(speeds).toFixed(2),
	];
	return {
		title: 'Waiting',
		intro: `${EXECUTIONS} suspended executions of one job each, and ${EXECUTIONS} callbacks, ${WIDTH} at a time: Wait for Webhook, which checks the signature and asks the provider, against n8n's own Wait node (_On Webhook Call_), which does neither, in the same n8n. Executions resumed a second, from the first callback until the last execution has run its last node; ${ROUNDS} rounds in turns after one that does not count.`,
		columns: [
			'Resumes a second',
			'median',
			'least',
			'most',
			'processor time for each',
			'status calls for each',
		],
		rows: [row('Wait for Webhook', ours), row('Wait', theirs)],
		targets: [
			{
				what: 'Wait for Webhook against Wait',
				target: `≥ ${MIN_RATIO.toFixed(2)} ×`,
				measured: `${ratio.toFixed(2)} ×`,
				met: ratio >= MIN_RATIO,
			},
			{
				what: 'Status calls for a finished job, with callbacks',
				target: `≤ ${MAX_STATUS_CALLS}`,
				measured: statusCallsOf(ours).toFixed(2),
				met: statusCallsOf(ours) <= MAX_STATUS_CALLS,
			},
		],
	};
}

const statusCallsOf = (speeds: Speed[]) => median(speeds.map(({ statusCalls }) => statusCalls));

export const waiting: Bench = { name: 'waiting', run };
