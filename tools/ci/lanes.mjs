// Runs tasks in lanes: the tasks of a lane one after the other, the lanes side by side. Each leaves <name>.log, <name>.exit
// and <name>.seconds in a folder, and its runner leaves its counts in <name>.json there ($TEST_COUNTS_FILE).
import { spawn } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Between asking a task to end and ending it. */
const GRACE_MS = 30_000;
/** A suite may print nothing for minutes. */
const WORD_EVERY_MS = 60_000;
/** As of `timeout`. */
const TIMED_OUT = 124;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param lanes lists of tasks: `name`, `command`, `env()` in addition to ours, `minutes` that it may take, `needs` names of
 * tasks that have to have ended before, in whatever lane and however they ended; `priority` of `os.setPriority`
 * @param folder for what they leave
 * @returns whether a signal has stopped it; then nothing is left running
 */
export async function runLanes(lanes, folder) {
	const running = new Map();
	const ends = new Map();
	for (const { name } of lanes.flat()) {
		const end = {};
		end.promise = new Promise((resolve) => (end.resolve = resolve));
		ends.set(name, end);
	}
	const width = Math.max(...lanes.flat().map(({ name }) => name.length));
	const prefixOf = (name) => (lanes.length > 1 ? `${name.padEnd(width)} | ` : '');
	let isStopped = false;

	const stop = () => {
		// The second signal is impatient.
		const signal = isStopped ? 'SIGKILL' : 'SIGTERM';
		if (!isStopped) console.log('\nStopping …');
		isStopped = true;
		for (const { end } of running.values()) end(signal);
	};
	for (const signal of SIGNALS) process.on(signal, stop);
	// The reader of our output may be gone: then every line is an error.
	const stopAtFirst = () => !isStopped && stop();
	process.stdout.on('error', stopAtFirst);
	const words = setInterval(() => {
		const each = [...running].map(([name, { started }]) => `${name} (${secondsSince(started)} s)`);
		if (each.length > 0) console.log(`== still at it: ${each.join(', ')}`);
	}, WORD_EVERY_MS);

	await Promise.all(lanes.map(runLane));

	clearInterval(words);
	for (const signal of SIGNALS) process.off(signal, stop);
	process.stdout.off('error', stopAtFirst);
	if (isStopped) console.log('Stopped');
	return isStopped;

	async function runLane(lane) {
		for (const task of lane) {
			await Promise.all((task.needs ?? []).map((name) => ends.get(name)?.promise));
			if (!isStopped) await runTask(task);
			ends.get(task.name).resolve();
		}
	}

	async function runTask({ name, command: [program, ...args], env, minutes, priority }) {
		const file = (ending) => path.join(folder, `${name}.${ending}`);
		console.log(`== ${name}`);
		const started = Date.now();
		const child = spawn(program, args, {
			env: { ...process.env, ...env?.(), TEST_COUNTS_FILE: file('json') },
			stdio: ['ignore', 'pipe', 'pipe'],
			// A process group of its own, so that a signal reaches all that it has started.
			detached: true,
		});
		const end = (signal) => {
			killGroup(child.pid, signal);
			if (signal !== 'SIGKILL') setTimeout(killGroup, GRACE_MS, child.pid, 'SIGKILL').unref();
		};
		running.set(name, { started, end });
		if (child.pid && priority !== undefined) setPriority(child.pid, priority);
		const log = createWriteStream(file('log'));
		const say = (line) => {
			log.write(`${line}\n`);
			console.log(prefixOf(name) + line);
		};
		for (const stream of [child.stdout, child.stderr])
			createInterface({ input: stream }).on('line', say);
		let isLate = false;
		const limit = setTimeout(() => {
			isLate = true;
			say(`not within ${minutes} minutes: it is ended`);
			end('SIGTERM');
		}, minutes * 60_000);
		const code = await new Promise((resolve) => {
			child.on('error', ({ message }) => {
				say(message);
				resolve(127);
			});
			// Not "close": something that it has left behind may keep its output open for ever.
			child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
		});
		clearTimeout(limit);
		killGroup(child.pid, 'SIGKILL'); // what it has left behind
		await closed(child);
		await new Promise((resolve) => log.end(resolve));
		running.delete(name);
		const exit = isLate ? TIMED_OUT : code;
		writeFileSync(file('exit'), `${exit}\n`);
		writeFileSync(file('seconds'), `${secondsSince(started)}\n`);
		console.log(`== ${name} ended with ${exit} after ${secondsSince(started)} s`);
	}
}

const secondsSince = (started) => Math.round((Date.now() - started) / 1000);

/** The last lines are read; where something else holds the output open, not for long. */
function closed({ stdout, stderr }) {
	const ended = [stdout, stderr].map(
		(stream) =>
			stream.closed ||
			new Promise((resolve) => {
				stream.once('close', resolve);
			}),
	);
	const limit = new Promise((resolve) => {
		setTimeout(resolve, 2000).unref();
	});
	return Promise.race([Promise.all(ended), limit]);
}

function killGroup(pid, signal) {
	if (!pid) return;
	try {
		process.kill(-pid, signal);
	} catch {
		// Nobody is left in it.
	}
}
