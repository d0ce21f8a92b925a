import { callLater, callPatiently, untilTaken, type Return } from './followUp';
import { isAnswered } from './selfCall';
import type { Wait, Waits } from './waits';
import { forEachConcurrent } from '../limits/concurrent';

/** So many questions of one wait under way at once; the request budget sets the pace. */
const ASK_WIDTH = 5;
/** An execution that n8n read so long ago, in milliseconds, may have gone on without us: it must be read again. */
const FRESH_MS = 5_000;
/** After a fault the provider is asked again later, twice as late each time, in milliseconds. */
const FAULT_PAUSE_MS = 5_000;
const MAX_FAULT_PAUSE_MS = 60_000;
/** Faults in a row; about a quarter of an hour. Then another callback or the deadline must do. */
const MAX_FAULTS = 18;
/**
 * Where a callback says that a job has ended and the provider, asked, does not yet: when it is asked again, in
 * milliseconds; four minutes in all.
 */
const LAG_PAUSES_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];
/** What the provider says of a job; `fault`: it could not be asked. */
export type Said = 'settled' | 'open' | 'fault';

/** `early`: all are to be looked at, but not yet; `lagging`: what a callback says is not confirmed yet. */
type Looked = Said | 'early' | 'lagging';

/** One callback, and the means to follow it up. */
export interface Ring<T> extends Return {
	/** Names the wait: the execution and its jobs. */
	wait: string;
	/** The jobs that are waited for, in the order of their submission. */
	jobIds: readonly string[];
	/** Those of which the callback speaks; none where somebody wants us to look at all. */
	named: readonly string[];
	/** Those of which it says that they have ended. */
	claimed: readonly string[];
	/** Whether this process knows already that a job is settled. */
	isSettled(jobId: string): boolean;
	ask(jobId: string, isNamed: boolean): Promise<Said>;
	/** Whether there is still time: at the deadline n8n goes on by itself. */
	mayResume(): boolean;
	/** Makes what the execution goes on with. */
	resume(): Promise<T>;
	/** The execution has gone on. */
	onTaken(): void;
	/** The provider does not confirm, and we stop asking. */
	onUnconfirmed(jobIds: readonly string[]): void;
}

/**
 * Follows up one callback for an execution that waits for many jobs. Of several callbacks in one process, one asks the
 * provider and the others leave their jobs to it. A job that rang is asked for once. Jobs that did not ring here may
 * have rung elsewhere, or not at all: so when it has been quiet for a while, all that are not known to be settled are
 * asked for, up to the first one that is open.
 *
 * Why no wait is forgotten, with any number of processes that share nothing but the provider: the last callback comes to
 * one of them, when all jobs are settled. Whatever this process asks from then on, it finds settled jobs only, so it
 * either knows all of them or looks at all when it is quiet. For that it calls the execution's own address; should
 * another process take the call, the same holds there, and at last one looks and resumes.
 *
 * Why it resumes once: within a process, whatever follows a callback that has resumed is ignored. Across processes, a
 * process that heard of all jobs by itself leaves no other that did; one that had to look at all calls the execution's
 * address again before it resumes, and n8n refuses that for an execution that has gone on. What remains are the
 * milliseconds in which n8n 1.x reads an execution twice; 2.x then lets one of them win.
 *
 * @returns what to go on with, undefined to stay
 */
export async function examine<T>(waits: Waits, ring: Ring<T>): Promise<T | undefined> {
	const { clock } = ring;
	const readAt = clock.now();
	const wait = waits.of(ring.wait, readAt);
	wait.note(ring, readAt);
	if (wait.isBusy || wait.hasResumed) return undefined;
	for (let mustDo = false; ; mustDo = true) {
		const said = await look(wait, ring);
		if (said === 'open') return undefined;
		const isFresh = readAt > wait.lookedAllAt && clock.now() - readAt <= FRESH_MS;
		if (said === 'settled' && (isFresh || mustDo)) {
			return ring.mayResume() ? await resume(wait, ring) : undefined;
		}
		if (wait.faults > MAX_FAULTS) return undefined;
		if (said === 'lagging' && wait.lags > LAG_PAUSES_MS.length) {
			ring.onUnconfirmed([...wait.claimed]);
			wait.claimed.clear();
			return undefined;
		}
		const pauseMs = pauseAfter(said, wait, clock.now());
		const call = (ms: number) => callLater(waits, wait, ring, ms);
		if (waits.reachUs) {
			// A call to n8n that we do not end costs it memory. Where we can come back, we do not stay.
			void callPatiently(call, pauseMs);
			return undefined;
		}
		// Our own address cannot be reached from here: the copy at hand must do.
		const echo = await call(pauseMs);
		if (echo === 'replaced' || isAnswered(echo)) return undefined;
	}
}

/** Asks for what rang, and for all when that is due. What rings meanwhile is asked for as well. */
async function look(wait: Wait, ring: Ring<unknown>): Promise<Looked> {
	wait.isBusy = true;
	try {
		for (;;) {
			const { rings } = wait;
			const said = await lookOnce(wait, ring);
			wait.faults = said === 'fault' ? wait.faults + 1 : 0;
			if (said === 'settled' || said === 'fault' || wait.rings === rings) return said;
		}
	} finally {
		wait.isBusy = false;
	}
}

async function lookOnce(wait: Wait, ring: Ring<unknown>): Promise<Looked> {
	const isOpen = (id: string) => !ring.isSettled(id);
	const dueAt = wait.lookAllAt;
	wait.lookAllAt = undefined;
	const again = wait.askClaimedAt <= ring.clock.now() ? wait.claimed : [];
	const named = [...new Set([...wait.rung, ...again])].filter(isOpen);
	wait.rung.clear();
	const saidOfNamed = await askFor(ring, named, true);
	const open = ring.jobIds.filter(isOpen);
	const now = ring.clock.now();
	for (const id of wait.claimed) if (!isOpen(id)) wait.claimed.delete(id);
	if (saidOfNamed === 'fault') {
		wait.lookAllAt ??= now;
		return 'fault';
	}
	if (open.length === 0) return 'settled';
	if (wait.claimed.size > 0) {
		if (named.some((id) => wait.claimed.has(id))) noteLag(wait, now);
		return 'lagging';
	}
	if (saidOfNamed === 'open' || dueAt === undefined) return 'open';
	if (now < dueAt) {
		wait.lookAllAt ??= dueAt;
		return 'early';
	}
	wait.lookedAllAt = now;
	const said = await lookAll(ring, open);
	if (said === 'fault') wait.lookAllAt ??= now;
	return said;
}

/** The provider does not confirm what a callback claims: the claimed jobs are asked for again, later each time. */
function noteLag(wait: Wait, now: number): void {
	wait.askClaimedAt = now + (LAG_PAUSES_MS[wait.lags] ?? 0);
	wait.lags += 1;
}

/** Providers work in the order of submission: one question tells in most cases that not all are settled. */
async function lookAll(ring: Ring<unknown>, open: readonly string[]): Promise<Said> {
	let width = 1;
	for (let next = 0; next < open.length; width = Math.min(2 * width, ASK_WIDTH)) {
		const said = await askFor(ring, open.slice(next, next + width), false);
		if (said !== 'settled') return said;
		next += width;
	}
	return 'settled';
}

/** @param all whether to ask for all of them, also after one that is open */
async function askFor(ring: Ring<unknown>, jobIds: string[], all: boolean): Promise<Said> {
	let worst: Said = 'settled';
	await forEachConcurrent(jobIds, ASK_WIDTH, async (id) => {
		const said = await ring.ask(id, all);
		if (said === 'fault' || worst === 'settled') worst = said;
		return said === 'settled' || (said === 'open' && all) ? 'continue' : 'stop';
	});
	return worst;
}

async function resume<T>(wait: Wait, ring: Ring<T>): Promise<T> {
	wait.isBusy = true;
	try {
		const result = await ring.resume();
		wait.hasResumed = true;
		void untilTaken(wait, ring);
		return result;
	} finally {
		wait.isBusy = false;
		wait.keepUntil(ring.clock.now());
	}
}

/** @returns milliseconds */
function pauseAfter(said: Looked, wait: Wait, now: number): number {
	const { faults, lookAllAt, askClaimedAt } = wait;
	if (said === 'settled') return 0;
	if (said === 'lagging') return Math.max(0, askClaimedAt - now);
	if (said === 'fault') return Math.min(FAULT_PAUSE_MS * 2 ** (faults - 1), MAX_FAULT_PAUSE_MS);
	return Math.max(0, (lookAllAt ?? now) - now);
}
