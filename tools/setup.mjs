// Installs what a fresh clone needs. Runs on any Node from 20 on, before anything is installed, so it uses nothing but
// Node itself.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(
	import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
	'..',
);
const stamp = path.join(root, 'node_modules', '.setup-done');
const wanted = createHash('sha256')
	.update(readFileSync(path.join(root, 'package-lock.json')))
	.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
	// `npm ci` installs exactly the lockfile. Install scripts are disabled (.npmrc).
	await run('Installing the development tools (1 to 3 minutes, once)', ['ci']);
	// The package `node` contains the Node 24 that n8n needs. npm puts it first on the PATH of every npm script.
	await run('Fetching Node 24 for the scripts of this project', [
		'rebuild',
		'node',
		'--ignore-scripts=false',
	]);
	mkdirSync(path.dirname(stamp), { recursive: true });
	writeFileSync(stamp, wanted);
}

/** Runs npm and prints a line every ten seconds, to show that it is still working. */
async function run(title, args) {
	const started = Date.now();
	console.log(`${title} …`);
	const ticker = setInterval(() => {
		console.log(`  still at it, ${Math.round((Date.now() - started) / 1000)} s`);
	}, 10_000);
	let output = '';
	const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
		// A separate process group, so that everything that npm started can be stopped with it.
		detached: process.platform !== 'win32',
	});
	const release = stopOnInterrupt(child);
	child.stdout.on('data', (chunk) => (output += chunk));
	child.stderr.on('data', (chunk) => (output += chunk));
	const code = await new Promise((resolve) => {
		child.on('error', (error) => {
			output += error.message;
			resolve(1);
		});
		child.on('close', resolve);
	});
	clearInterval(ticker);
	release();
	if (code === 0) return;
	console.error(output.slice(-4000));
	const hint = /ENOSPC/.test(output)
		? 'The disk is full: free about 1 GB and run the command again.'
		: /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(output)
			? 'The npm registry could not be reached: check the network or proxy, then run the command again.'
			: 'Run the command again; if it fails the same way, delete node_modules first.';
	console.error(`npm ${args[0]} failed. ${hint}`);
	process.exit(1);
}

/** On Ctrl-C, on a signal, or when the parent is gone: stops npm and its child processes and prints a message. */
function stopOnInterrupt(child) {
	const parent = process.ppid;
	const stop = () => {
		try {
			process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
		} catch {
			// The process has just ended by itself.
		}
		console.error('\nStopped. Run the command again, and it starts over with the installation.');
		process.exit(130);
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
	for (const signal of signals) process.once(signal, stop);
	const watch = setInterval(() => process.ppid !== parent && stop(), 1000);
	return () => {
		clearInterval(watch);
		for (const signal of signals) process.off(signal, stop);
	};
}
