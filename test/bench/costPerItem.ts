// What a job costs n8n itself: our node beside n8n's own HTTP Request node, with the same requests.
import assert from 'node:assert/strict';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import { median } from './bench.ts';
import type { Bench, BenchResult } from './bench.ts';
import { addWorkflow, execute, onStage } from './stage.ts';
import type { BenchStage } from './stage.ts';
import { chain, httpRequest, splitItems } from './workflows.ts';
import type { Node } from './workflows.ts';

const ITEMS = 1000;
const ROUNDS = 7;
/** In both workflows. */
const NODE = 'Submit';

const items = Array.from({ length: ITEMS }, (_, index) => ({
	prompt: `Product video number ${index}: it turns slowly on a clean, softly lit background.`,
}));

const ours = (credentials: BenchStage['credentials']): Node => ({
	name: NODE,
	type: 'n8n-nodes-seedance.seedanceGenerateVideo',
	typeVersion: 1,
	credentials,
	parameters: {
		provider: 'seedance',
		model: 'seedance-2.0',
		mode: 'textToVideo',
		prompt: '={{ $json.prompt }}',
		duration: 5,
		aspectRatio: '9:16',
		audio: false,
		afterSubmit: 'return',
		options: {},
	},
});

/** Key, address, body and idempotency key as ours has them; `sameRequests` checks that. */
const theirs = ({ sandbox, credentials }: BenchStage): Node => ({
	...httpRequest(NODE, {
		method: 'POST',
		url: `${sandbox.apiBase}/generate/text-to-video`,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'seedanceApi',
		sendHeaders: true,
		headerParameters: {
			parameters: [{ name: 'Idempotency-Key', value: '={{ $execution.id }}-{{ $itemIndex }}' }],
		},
		sendBody: true,
		specifyBody: 'json', // one expression instead of five
		jsonBody:
			"={{ { model: 'seedance-2.0', prompt: $json.prompt, duration: 5, aspect_ratio: '9:16', audio: false } }}",
	}),
	credentials,
});

/** One run of the workflow: milliseconds that the node took, and the bodies that arrived, in no order. */
async function measure(stage: BenchStage, workflow: Workflow) {
	stage.sandbox.reset();
	const execution = await execute(stage, workflow, { items });
	assert.equal(itemsOf(execution, NODE).length, ITEMS);
	assert.equal(stage.sandbox.account().jobsCreated, ITEMS);
	const ms = execution.runs[NODE]?.[0]?.executionTime;
	assert(ms !== undefined);
	return { ms, bodies: stage.sandbox.ledger.requests.map(({ body }) => body) };
}

/** Otherwise the comparison would be worth nothing. */
function sameRequests(a: unknown[], b: unknown[]): void {
	const texts = (bodies: unknown[]) =>
		bodies.map((body) => JSON.stringify(Object.entries(body as object).toSorted())).toSorted();
	assert.deepEqual(texts(a), texts(b));
}

async function run(report: (text: string) => void): Promise<BenchResult> {
	const times = await onStage(
		{ name: 'cost-per-item', report, sandbox: { jobSeconds: 3600 } },
		async (stage) => {
			const a = await addWorkflow(stage, chain('ours', [splitItems, ours(stage.credentials)]));
			const b = await addWorkflow(stage, chain('theirs', [splitItems, theirs(stage)]));
			sameRequests((await measure(stage, a)).bodies, (await measure(stage, b)).bodies);
			const rounds: Array<{ ours: number; theirs: number }> = [];
			for (let round = 1; round <= ROUNDS; round++) {
				const pair = { ours: (await measure(stage, a)).ms, theirs: (await measure(stage, b)).ms };
				rounds.push(pair);
				report(`round ${round} of ${ROUNDS}: ${pair.ours} ms, ${pair.theirs} ms`);
			}
			return rounds;
		},
	);
	return resultOf(
		times.map((each) => each.ours),
		times.map((each) => each.theirs),
	);
}

function resultOf(ours: number[], theirs: number[]): BenchResult {
	const ratio = median(ours) / median(theirs);
	const row = (name: string, times: number[]) => [
		name,
		perItem(median(times)),
		perItem(Math.min(...times)),
		perItem(Math.max(...times)),
	];
	return {
		title: 'Cost per item',
		intro: `${ITEMS} items in one run, each submitted as one job that nobody waits for: Generate Video (_After Submit: Return_) against n8n's own HTTP Request node with the same credential, headers and bodies, in the same n8n. The time that n8n notes for the node, ${ROUNDS} rounds in turns after one that does not count.`,
		columns: ['For an item', 'median', 'least', 'most'],
		rows: [row('Generate Video', ours), row('HTTP Request', theirs)],
		targets: [
			{
				what: 'Generate Video against HTTP Request',
				target: '≤ 1.00 ×',
				measured: `${ratio.toFixed(2)} ×`,
				met: ratio <= 1,
			},
		],
	};
}

const perItem = (ms: number) => `${(ms / ITEMS).toFixed(2)} ms`;

export const costPerItem: Bench = { name: 'cost-per-item', run };
