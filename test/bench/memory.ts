// What downloads cost in memory: the peak of n8n's process over what it has when it is idle.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf } from '../n8n/execution.ts';
import { CACHE, ROOT } from '../n8n/paths.ts';
import { findClip } from '../sandbox/core/clip.ts';
import { median } from './bench.ts';
import type { Bench, BenchResult } from './bench.ts';
import { n8nPid, RssWatch } from './processUse.ts';
import { addWorkflow, execute, onStage } from './stage.ts';
import type { BenchStage } from './stage.ts';
import { chain, httpRequest, splitItems } from './workflows.ts';
import type { Node } from './workflows.ts';

const VIDEOS = 40;
const VIDEO_BYTES = 25_000_000;
const MAX_BYTES = 100_000_000;
/** Short: the waiting is not what is measured. All are ready at about the same time, which is the worst case. */
const JOB_SECONDS = 4;
/** How long n8n is left alone: it gives what starting took, some 300 MB, back after about 20 s. */
const SETTLE_MS = 45_000;
const IDLE_MS = 5000;
/** In every workflow. */
const NODE = 'Download';
const BUFFERING = path.join(ROOT, 'test', 'bench', 'buffering');

interface Variant {
	/** Names a folder and the webhook. */
	id: string;
	name: string;
	node: (stage: BenchStage) => Node;
	/** What the workflow is given for so many videos. */
	items: (stage: BenchStage, count: number) => Promise<Array<Record<string, unknown>>>;
	env?: NodeJS.ProcessEnv;
}

const variants: Variant[] = [
	{
		id: 'memory-ours',
		name: 'Generate Video, Wait, Download Video',
		node: ({ credentials }) => ({
			name: NODE,
			type: 'n8n-nodes-seedance.seedanceGenerateVideo',
			typeVersion: 1,
			credentials,
			parameters: {
				provider: 'seedance',
				model: 'seedance-2.0',
				mode: 'textToVideo',
				prompt: '={{ $json.prompt }}',
				afterSubmit: 'wait',
				downloadVideo: true,
				options: {},
			},
		}),
		items: (_, count) =>
			Promise.resolve(Array.from({ length: count }, (_, index) => ({ prompt: `Video ${index}` }))),
	},
	{
		id: 'memory-http-request',
		name: 'HTTP Request, Response Format: File (it streams, too)',
		node: () =>
			httpRequest(NODE, {
				url: '={{ $json.url }}',
				options: { response: { response: { responseFormat: 'file' } } },
			}),
		items: finishedVideos,
	},
	{
		id: 'memory-buffering',
		name: 'A node that buffers, one file after the other',
		node: () => ({ name: NODE, type: 'CUSTOM.bufferingDownload', typeVersion: 1, parameters: {} }),
		items: finishedVideos,
		env: { N8N_CUSTOM_EXTENSIONS: BUFFERING },
	},
];

/** Addresses of finished videos, for nodes that only download. */
async function finishedVideos({ sandbox }: BenchStage, count: number) {
	const before = sandbox.jobs().length;
	for (let index = 0; index < count; index++) {
		const answer = await fetch(`${sandbox.apiBase}/generate/text-to-video`, {
			method: 'POST',
			headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
			body: JSON.stringify({ model: 'seedance-2.0', prompt: `[sandbox:instant] ${index}` }),
		});
		assert.equal(answer.status, 200, await answer.text());
	}
	const jobs = sandbox.jobs().slice(before);
	return jobs.map(({ jobId }) => ({ url: `${sandbox.mediaUrl}/cdn/outputs/${jobId}.mp4` }));
}

/** The sandbox's clip with a `free` box behind it, which players skip. */
function bigClip(): string {
	const clip = readFileSync(findClip());
	const free = Buffer.alloc(VIDEO_BYTES - clip.length);
	free.writeUInt32BE(free.length, 0);
	free.write('free', 4, 'latin1');
	const file = path.join(CACHE, 'bench', 'clip.mp4');
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, Buffer.concat([clip, free]));
	return file;
}

interface Figures {
	name: string;
	/** Bytes. */
	idle: number;
	/** Bytes. */
	peak: number;
	seconds: number;
}

function measure(variant: Variant, clipPath: string, report: (text: string) => void) {
	const sandbox = { clipPath, jobSeconds: JOB_SECONDS };
	const env = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem', ...variant.env };
	const options = { name: variant.id, report, sandbox, env };
	return onStage(options, async (stage): Promise<Figures> => {
		const workflow = await addWorkflow(stage, chain(variant.id, [splitItems, variant.node(stage)]));
		// A small video first, so that all code is loaded.
		const headers = { 'content-type': 'video/mp4' };
		const small = readFileSync(findClip());
		stage.sandbox.faults.add({ host: 'media', status: 200, body: small, headers });
		await execute(stage, workflow, { items: await variant.items(stage, 1) });
		const items = await variant.items(stage, VIDEOS);

		const pid = n8nPid(stage.n8n);
		report(`${variant.name}: n8n settles, ${SETTLE_MS / 1000} s`);
		await sleep(SETTLE_MS);
		const quiet = new RssWatch(pid);
		await sleep(IDLE_MS);
		const idle = median(quiet.stop());

		report(`${variant.name}: ${VIDEOS} videos`);
		const busy = new RssWatch(pid);
		const started = Date.now();
		const execution = await execute(stage, workflow, { items });
		const seconds = (Date.now() - started) / 1000;
		const samples = busy.stop();
		const stored = itemsOf(execution, NODE).flatMap(({ binary = {} }) => Object.values(binary));
		assert.equal(stored.length, VIDEOS);
		for (const { bytes = 0 } of stored) assert(bytes > VIDEO_BYTES);
		return { name: variant.name, idle, peak: Math.max(...samples), seconds };
	});
}

async function run(report: (text: string) => void): Promise<BenchResult> {
	const clipPath = bigClip();
	const figures: Figures[] = [];
	for (const variant of variants) figures.push(await measure(variant, clipPath, report));
	const [ours] = figures;
	assert(ours);
	const growth = ours.peak - ours.idle;
	return {
		title: 'Memory',
		intro: `${VIDEOS} videos of ${VIDEO_BYTES / 1e6} MB downloaded in one run, binary data in the file system: resident memory of n8n's process, every 100 ms, at its peak over its median in ${IDLE_MS / 1000} s of idleness (after a first small video and ${SETTLE_MS / 1000} s, in which n8n gives back what its start took). A fresh n8n for each row.`,
		columns: ['', 'idle', 'peak', 'peak over idle', 'whole run'],
		rows: figures.map(({ name, idle, peak, seconds }) => [
			name,
			megabytes(idle),
			megabytes(peak),
			megabytes(peak - idle),
			`${seconds.toFixed(1)} s`,
		]),
		targets: [
			{
				what: 'Generate Video: peak over idle',
				target: `≤ ${megabytes(MAX_BYTES)}`,
				measured: megabytes(growth),
				met: growth <= MAX_BYTES,
			},
		],
	};
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

export const memory: Bench = { name: 'memory', run };
