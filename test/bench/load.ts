// What the package costs an n8n that starts: time to load all of it, and its size.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pack } from '../n8n/pack.ts';
import { CACHE } from '../n8n/paths.ts';
import { cleanEnv } from '../n8n/process.ts';
import { median } from './bench.ts';
import type { Bench, BenchResult } from './bench.ts';

const PROCESSES = 15;
const MAX_MS = 60;
const MAX_BYTES = 600_000;

/** n8n has loaded n8n-workflow long before it comes to community nodes. */
const MEASURE = `
	require('n8n-workflow');
	const { n8n } = require('./package.json');
	const started = performance.now();
	for (const file of [...n8n.nodes, ...n8n.credentials]) require('./' + file);
	console.log(performance.now() - started);
`;

/** Below the project, where `require('n8n-workflow')` finds the project's. */
function unpack(tarball: string): string {
	const folder = path.join(CACHE, 'bench', 'load');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	return folder;
}

function bytesIn(folder: string): number {
	const files = execFileSync('find', [folder, '-type', 'f'], { encoding: 'utf8' }).trim();
	return files.split('\n').reduce((sum, file) => sum + statSync(file).size, 0);
}

function loadMs(cwd: string): number {
	const output = execFileSync(process.execPath, ['--eval', MEASURE], { cwd, env: cleanEnv() });
	return Number(output);
}

interface Manifest {
	n8n: { nodes: string[]; credentials: string[] };
	dependencies?: Record<string, string>;
}

async function run(): Promise<BenchResult> {
	const tarball = await pack();
	const folder = unpack(tarball);
	const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
	const times = Array.from({ length: PROCESSES }, () => loadMs(folder));
	const packedBytes = statSync(tarball).size;
	const dependencies = Object.keys(manifest.dependencies ?? {}).length;
	const ms = median(times);
	const { nodes, credentials } = manifest.n8n;
	return {
		title: 'Load',
		intro: `The packed package: the time to require its ${nodes.length} nodes and ${credentials.length} credentials in a fresh process that has loaded n8n-workflow before, as n8n has (${PROCESSES} processes), and its size.`,
		columns: ['', 'median', 'least', 'most'],
		rows: [
			['Require everything', ...[ms, Math.min(...times), Math.max(...times)].map(milliseconds)],
		],
		targets: [
			{
				what: 'Time to require everything',
				target: `≤ ${MAX_MS} ms`,
				measured: milliseconds(ms),
				met: ms <= MAX_MS,
			},
			{
				what: 'Packed size',
				target: `≤ ${MAX_BYTES / 1000} kB`,
				measured: `${Math.round(packedBytes / 1000)} kB (unpacked ${Math.round(bytesIn(folder) / 1000)} kB)`,
				met: packedBytes <= MAX_BYTES,
			},
			{
				what: 'Dependencies installed with it',
				target: '0',
				measured: String(dependencies),
				met: dependencies === 0,
			},
		],
	};
}

const milliseconds = (ms: number) => `${ms.toFixed(1)} ms`;

export const load: Bench = { name: 'load', run };
