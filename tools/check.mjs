// npm test: all checks that need no server. Two sequences run side by side, because many of jest's tests wait. Arguments are
// passed on to jest.
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

const running = new Set();
const results = new Map();
let isStopped = false;
// Each script is a process group of its own, so that a signal reaches all that it has started. Nothing new is started.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		isStopped = true;
		for (const child of running) process.kill(-child.pid, signal);
	});

// The tests of the packages and the scan examine what was built.
const built = run('build').then((isBuilt) => isBuilt && run('build:packages'));
await Promise.all([testsWhenBuilt(), staticChecks()]);

const failed = [...results].filter(([, { code }]) => code !== 0);
for (const [name, { output }] of failed) console.log(`\nFAILED: ${name}\n${output.trimEnd()}`);
console.log(
	isStopped
		? '\nStopped'
		: failed.length > 0
			? `\nFailed: ${failed.map(([name]) => name).join(', ')}`
			: '\nAll checks have passed. Not included: npm run test:faults, test:films, test:recipe, test:e2e, test:queue and soak; .ci/run runs all.',
);
process.exitCode = isStopped || failed.length > 0 ? 1 : 0;

async function testsWhenBuilt() {
	if (!(await built)) return;
	// The faults and the recipe are suites of their own, since they take as long as everything else; films needs ffmpeg.
	await run('jest', {
		args: [...process.argv.slice(2), '--ignoreProjects', 'faults', 'films', 'recipe'],
		isShown: true,
	});
}

/** With low priority: some of the tests that run at the same time have deadlines. */
async function staticChecks() {
	for (const name of ['types', 'lint', 'format:check']) await run(name, { isNice: true });
	if (await built) await run('scan', { isNice: true });
}

/**
 * Runs a script of package.json and prints how it ended.
 *
 * @param isShown prints its output at once, instead of at the end if it fails
 * @returns whether it has succeeded
 */
async function run(name, { args = [], isShown = false, isNice = false } = {}) {
	if (isStopped) return false;
	const started = Date.now();
	const stdio = isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'];
	const child = spawn('npm', ['run', '--silent', name, '--', ...args], {
		stdio,
		detached: true,
	});
	if (child.pid) running.add(child);
	if (isNice && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
	let output = '';
	const collect = (chunk) => (output += chunk);
	child.stdout?.on('data', collect);
	child.stderr?.on('data', collect);
	const code = await new Promise((resolve) => {
		child.on('error', ({ message }) => {
			collect(message);
			resolve(127);
		});
		child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
	});
	running.delete(child);
	results.set(name, { code, output: isShown ? 'See above.' : output });
	const seconds = Math.round((Date.now() - started) / 1000);
	console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
	return code === 0;
}
