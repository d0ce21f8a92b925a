// .ci/run: its suites, and which of them run side by side. Runs on any Node from 20 on, before anything is installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runLanes } from './lanes.mjs';

const ROOT = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
const RESULTS = path.join(ROOT, '.cache', 'ci');
const PACKED = path.join(RESULTS, 'packed');

const OLDER = { SEEDANCE_N8N: '1.123.81' };
/** What can differ between the lines of n8n: loading the package, every node, callbacks, credentials, forms, tools. */
const OLDER_FILES = [
	...['callbacks', 'credentials', 'dialects', 'examples-formats'],
	...[
		'examples-fallback',
		'examples-film',
		'examples-story',
		'examples-form',
		'examples-sheet',
		'providerFiles',
	],
	...['new-sku', 'package', 'packages', 'sleep', 'tools', 'trigger'],
].map((name) => `test/e2e/${name}.e2e.ts`);

/**
 * What the suites share is made before them, once: the development tools and the packed package, and n8n, which is installed
 * while suites run that do not need it. `minutes` are a limit: a suite that hangs is ended.
 */
const PREPARATIONS = {
	packages: { minutes: 10, command: ['.ci/packages'] },
	pack: { minutes: 15, command: ['node', 'tools/run.mjs', 'pack', PACKED] },
	'n8n-2': { minutes: 15, command: ['node', 'tools/run.mjs', 'n8n'] },
	'n8n-1': { minutes: 15, command: ['node', 'tools/run.mjs', 'n8n', OLDER.SEEDANCE_N8N] },
};
const SUITES = {
	test: { minutes: 40, isPatient: true, command: ['npm', 'test'] },
	faults: { minutes: 40, isPatient: true, command: ['npm', 'run', 'test:faults'] },
	films: { minutes: 10, command: ['npm', 'run', 'test:films'] },
	recipe: { minutes: 20, isPatient: true, command: ['npm', 'run', 'test:recipe'] },
	'e2e-2': { minutes: 30, command: ['npm', 'run', 'test:e2e'], needs: ['n8n-2'] },
	'e2e-1': {
		minutes: 30,
		command: ['npm', 'run', 'test:e2e', '--', ...OLDER_FILES],
		env: OLDER,
		needs: ['n8n-1'],
	},
	queue: { minutes: 30, command: ['npm', 'run', 'test:queue'], needs: ['n8n-2'] },
	soak: { minutes: 15, command: ['npm', 'run', 'soak', '--', '--minutes', '2'], needs: ['n8n-2'] },
	demo: { minutes: 10, command: ['npm', 'run', 'demo', '--', '--once'], needs: ['n8n-2'] },
	// The other line of n8n where it hardly differs: the editor, more examples, queue mode. Only GitHub runs them.
	'e2e-1-full': {
		minutes: 30,
		command: ['npm', 'run', 'test:e2e'],
		env: OLDER,
		needs: ['n8n-1'],
	},
	'queue-1': {
		minutes: 30,
		command: ['npm', 'run', 'test:queue'],
		env: OLDER,
		needs: ['n8n-1'],
	},
};
/** Each lane is done from left to right, side by side with the other. */
const LANES = [
	['test', 'faults', 'recipe', 'queue'],
	['n8n-2', 'n8n-1', 'e2e-2', 'e2e-1', 'soak', 'films', 'demo'],
];
/** Of suites that are patient: what they test happens in simulated time, or waits for nothing. They take what the others leave. */
const LOW_PRIORITY = 5;

const args = process.argv.slice(2);
const unknown = args.filter((each) => each !== '--list' && !Object.hasOwn(SUITES, each));
if (unknown.length > 0) {
	console.error(`There is no suite ${unknown.join(', ')}`);
	process.exitCode = 2;
} else if (args.includes('--list')) {
	console.log(JSON.stringify(Object.keys(SUITES)));
} else {
	process.exitCode = await run(args);
}

/** @returns the exit code */
async function run(chosen) {
	rmSync(RESULTS, { recursive: true, force: true });
	mkdirSync(RESULTS, { recursive: true });
	const lanes = lanesOf(chosen);
	const wasStopped =
		(await runLanes([[task('packages'), task('pack')]], RESULTS)) ||
		(await runLanes(lanes, RESULTS));
	if (wasStopped) return 130;
	const names = ['packages', 'pack', ...lanes.flat().map(({ name }) => name)];
	const summary = [path.join(ROOT, 'tools', 'ci-summary.mjs'), RESULTS, ...names];
	return spawnSync(process.execPath, summary, { stdio: 'inherit' }).status ?? 1;
}

/** With those that are named, or with all; and with what these need. What is in no lane comes one after the other. */
function lanesOf(chosen) {
	const suites = chosen.length > 0 ? chosen : LANES.flat().filter((name) => name in SUITES);
	const wanted = new Set(suites.flatMap((name) => [...(SUITES[name].needs ?? []), name]));
	const others = [...wanted].filter((name) => !LANES.flat().includes(name));
	return [...LANES, others]
		.map((lane) => lane.filter((name) => wanted.has(name)).map(task))
		.filter((lane) => lane.length > 0);
}

function task(name) {
	const { command, minutes, env = {}, needs = [], isPatient } = PREPARATIONS[name] ?? SUITES[name];
	const priority = isPatient ? LOW_PRIORITY : undefined;
	return { name, command, minutes, needs, priority, env: () => ({ ...env, ...packed() }) };
}

/** Where there is a packed package, no suite builds it again: two builds at a time would be in each other's way. */
function packed() {
	try {
		const tarball = readdirSync(PACKED).find((name) => name.endsWith('.tgz'));
		if (!tarball) return {};
		return {
			SEEDANCE_TARBALL: path.join(PACKED, tarball),
			SEEDANCE_PACKAGES: path.join(PACKED, 'packages'),
		};
	} catch {
		return {}; // it could not be built: every suite will say why
	}
}
