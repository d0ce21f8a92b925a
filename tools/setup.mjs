// Installs what a fresh clone lacks, then gets out of the way. Runs on any Node from 20 on, before anything is
// installed, so it uses nothing but Node itself.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const stamp = path.join(root, 'node_modules', '.setup-done');
const wanted = createHash('sha256')
	.update(readFileSync(path.join(root, 'package-lock.json')))
	.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
	// `npm ci` installs exactly the lockfile; its install scripts stay off (.npmrc).
	await run('Installing the development tools (1 to 3 minutes, once)', ['ci']);
	// The package `node` carries the Node 24 that n8n needs; npm puts it first on the PATH of every npm script.
	await run('Fetching Node 24 for the scripts of this project', [
		'rebuild',
		'node',
		'--ignore-scripts=false',
	]);
	mkdirSync(path.dirname(stamp), { recursive: true });
	writeFileSync(stamp, wanted);
}

/** Runs npm with a line every ten seconds, so that nobody wonders whether it hangs. */
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
	});
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
