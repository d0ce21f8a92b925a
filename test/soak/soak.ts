// The soak itself: a round for warming up, quiet, the load, its end, quiet again; then the books are compared.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { n8nPid } from '../bench/processUse.ts';
import { countExecutions } from '../n8n/database.ts';
import { standIns } from '../sandbox/index.ts';
import { randomNumbers } from '../unit/virtualClock.ts';
import { Books } from './books.ts';
import { openCollector } from './collector.ts';
import { Inspector } from './inspector.ts';
import { Load } from './load.ts';
import type { Options } from './options.ts';
import { openTheatre } from './theatre.ts';
import type { Theatre } from './theatre.ts';
import { vitalsOf } from './vitals.ts';
import type { Vitals } from './vitals.ts';

/** A look at the heap stops n8n for some tenths of a second. */
const SAMPLE_MS = 10_000;
/** Loads below ten minutes would have too few measurements otherwise. */
const SHORT_MINUTES = 10;
const SHORT_SAMPLE_MS = 4_000;
/** n8n gives back what its start took, and connections that nobody uses are closed. */
const QUIET_MS = { before: 30_000, after: 60_000 };
const SHORT_QUIET_MS = { before: 10_000, after: 30_000 };
/** In which all that was started must have ended; jobs take some seconds. */
const DRAIN_MS = 120_000;

export interface Findings {
	version: string;
	books: Books;
	/** Minutes of load. */
	minutes: number;
	jobs: number;
	jobsCompleted: number;
	requests: number;
	callbacks: number;
	downloads: number;
	faultsMet: number;
	/** Executions that n8n has kept, by status. */
	kept: Record<string, number>;
	/** Names of secrets that n8n's log holds, and where keys went that they do not belong to. */
	leaks: string[];
	before: Vitals;
	/** While there was load. */
	series: Vitals[];
	loaded: Vitals;
	after: Vitals;
}

/** @param signal ends the load early @param report told how far it is */
export async function soak(
	options: Options,
	signal: AbortSignal,
	report: (text: string) => void,
): Promise<Findings> {
	const books = new Books();
	const collector = await openCollector((told) => books.told(told));
	let theatre: Theatre | undefined;
	try {
		const { control } = options;
		theatre = await openTheatre({ collector: collector.address, control, report });
		return await play(theatre, books, options, signal, report);
	} finally {
		await theatre?.stop();
		collector.close();
	}
}

async function play(
	theatre: Theatre,
	books: Books,
	{ minutes, rate, snapshots }: Options,
	signal: AbortSignal,
	report: (text: string) => void,
): Promise<Findings> {
	const { n8n, folder, inspectorPort, sandbox } = theatre;
	const [sampleMs, quietMs] =
		minutes < SHORT_MINUTES ? [SHORT_SAMPLE_MS, SHORT_QUIET_MS] : [SAMPLE_MS, QUIET_MS];
	const pid = n8nPid(n8n);
	const inspector = await Inspector.attach(pid, inspectorPort);
	const look = () => vitalsOf(pid, inspector);
	const snapshot = async (name: string) => {
		if (snapshots) await inspector.snapshot(path.join(folder, `${name}.heapsnapshot`));
	};
	const load = new Load(theatre, books, theatre.plots, randomNumbers(1));

	report('one execution of each kind, so that n8n has loaded all it needs');
	load.playEach();
	await drain(theatre, books);
	report(`quiet for ${quietMs.before / 1000} s`);
	await pause(quietMs.before, signal);
	const before = await look();
	await snapshot('before');

	report(`${minutes} minutes of load, ${rate} executions a second`);
	const started = performance.now();
	const loading = load.run(rate, minutes * 60_000, signal);
	const series = await watch(loading, look, sampleMs, (vitals) => {
		report(progress(vitals, vitals.at - started, books, sandbox.jobs().length));
	});
	const loaded = await look();
	load.endFaults();

	report('waiting for what is under way');
	await drain(theatre, books);
	report(`quiet for ${quietMs.after / 1000} s`);
	await pause(quietMs.after, signal);
	const after = await look();
	await snapshot('after');
	inspector.close();

	books.noteUnended();
	const jobs = sandbox.jobs();
	const { accounts, requests, callbacks, mediaDownloads } = sandbox.ledger;
	const calledBack = callbacks.filter(({ status }) => status === 200).map(({ jobId }) => jobId);
	books.compareJobs(jobs, new Set(calledBack));
	const silent = standIns.filter(({ tellsNoCharge }) => tellsNoCharge);
	books.compareMoney(accounts, jobs, new Set(silent.map(({ provider }) => provider)));
	return {
		version: n8n.version,
		books,
		minutes: (loaded.at - started) / 60_000,
		jobs: jobs.length,
		jobsCompleted: jobs.filter(({ state }) => state === 'completed').length,
		requests: requests.length,
		callbacks: callbacks.length,
		downloads: mediaDownloads,
		faultsMet: requests.filter(({ fault }) => fault !== null).length,
		kept: countExecutions(n8n),
		leaks: leaksOf(theatre),
		before,
		series,
		loaded,
		after,
	};
}

/** Looks now and then until the load has ended. */
async function watch(
	loading: Promise<void>,
	look: () => Promise<Vitals>,
	sampleMs: number,
	seen: (vitals: Vitals) => void,
): Promise<Vitals[]> {
	const series: Vitals[] = [];
	const ended = loading.then(() => 'ended' as const);
	while ((await Promise.race([ended, sleep(sampleMs, 'running' as const)])) === 'running') {
		const vitals = await look();
		series.push(vitals);
		seen(vitals);
	}
	return series;
}

/** Until every execution has told its end and every job was handed on; or not, which the books will show. */
async function drain({ sandbox }: Theatre, books: Books): Promise<void> {
	const deadline = performance.now() + DRAIN_MS;
	const isOver = () => {
		const { length } = sandbox.jobs();
		return books.open.size === 0 && books.deliveries + books.lostAnswers >= length;
	};
	while (!isOver() && performance.now() < deadline) await sleep(500);
	await sandbox.callbacksIdle();
}

/** Cut short by the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
	sleep(ms, undefined, { signal }).catch(() => undefined);

function progress(vitals: Vitals, passedMs: number, books: Books, jobs: number): string {
	const seconds = Math.round(passedMs / 1000);
	const minutes = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
	const { heapUsed, rss, handles } = vitals;
	const open = Object.values(handles).reduce((all, count) => all + count, 0);
	return (
		`${minutes}  ${books.executions} executions, ${books.open.size} open, ${jobs} jobs, ` +
		`${books.problems.size} kinds of problems; heap ${mb(heapUsed)}, resident ${mb(rss)} MB, ${open} handles`
	);
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);

function leaksOf({ n8n, sandbox }: Theatre): string[] {
	const log = readFileSync(n8n.logFile, 'utf8');
	const secrets = standIns.flatMap(({ provider }) => {
		const { apiKey, webhookSecret } = sandbox.credentialOf(provider);
		return Object.entries({
			[`the key of ${provider}`]: apiKey,
			...(webhookSecret ? { [`the secret of ${provider}`]: webhookSecret } : {}),
		});
	});
	return [
		...secrets.filter(([, secret]) => log.includes(secret)).map(([name]) => `${name} in the log`),
		...(sandbox.ledger.keyReachedMediaHost ? ['a key at the media host'] : []),
	];
}
