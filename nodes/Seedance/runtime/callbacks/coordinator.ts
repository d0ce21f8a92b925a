import type { Outcome } from '../../core/fault';
import type { Job } from '../../core/job';
import type { Clock } from '../limits/clock';
import { askJobs } from './askJobs';
import { CALL_AGAIN_PAUSES_MS, isAnswered, type SelfCallResult } from './selfCall';
import {
	newWait,
	next,
	noteAnswer,
	noteCallback,
	noteQuestion,
	type ExecutionCopy,
	type ReceivedCallback,
	type WaitState,
} from './waitState';

/** How long after the last activity of a wait everything but its settled jobs is forgotten, in milliseconds. */
const IDLE_MS = 60_000;
/**
 * How long after a callback the settled jobs are kept, in milliseconds. They go earlier if the execution has resumed.
 */
const KEPT_MS = 86_400_000;
/** How often our own address is called again if it answered before and does not answer now. */
const MAX_CALLS_AGAIN = 3;
/**
 * When we check that n8n has really resumed the execution, in milliseconds after we returned its items. If n8n's
 * database was away at that moment, n8n has not resumed it and tells nobody. An earlier check would be dangerous: n8n
 * 1.x may not have stored the resumption yet, and would resume the execution twice.
 */
const TAKEN_PAUSES_MS = [20_000, 20_000, 30_000, 60_000, 60_000, 120_000, 240_000];

/** What the coordinator can do when a callback arrives. */
export interface CallbackIo<T> {
	clock: Clock;
	ask(jobId: string, isNamed: boolean): Promise<Outcome<Job>>;
	/** Calls the execution's own address, so that n8n reads the execution again and calls us again. Never throws. */
	callSelf: () => Promise<SelfCallResult>;
	/** Creates the items that the execution resumes with. */
	resume(settled: ReadonlyMap<string, Job>): Promise<T>;
	/** Called when we stop asking, because the provider does not confirm that these jobs have ended. */
	onUnconfirmed(jobIds: readonly string[]): void;
}

class Wait {
	state: WaitState;
	readonly settled = new Map<string, Job>();
	/**
	 * Somebody is asking the provider or preparing the output. Meanwhile the jobs that callbacks name are only collected.
	 */
	isBusy = false;
	hasResumed = false;
	/** The end of the current sleep, or the time of the last callback. In Unix milliseconds, as is the next field. */
	activeUntil = 0;
	keptUntil = 0;
	/** Ends the sleep that an earlier callback has started. */
	wake = () => {};

	constructor(jobIds: readonly string[]) {
		this.state = newWait(jobIds);
	}

	keepActive(until: number): void {
		this.activeUntil = Math.max(this.activeUntil, until);
	}
}

/**
 * The waits of this process. If several callbacks arrive for one wait, one of them does what `next` says, and the
 * others leave their jobs to it. The state is only a cache: losing it costs requests and nothing else.
 */
export class CallbackCoordinator {
	readonly #waits = new Map<string, Wait>();
	/** A call to our own address was answered, so we assume that the next one will be. */
	#reachesItself: boolean;

	constructor(reachesItself = false) {
		this.#reachesItself = reachesItself;
	}

	/** @returns the output to resume with; undefined to keep waiting */
	async receive<T>(callback: ReceivedCallback, io: CallbackIo<T>): Promise<T | undefined> {
		const readAt = io.clock.now();
		const wait = this.#waitOf(callback, readAt);
		wait.state = noteCallback(wait.state, callback, readAt);
		wait.wake();
		if (wait.isBusy || wait.hasResumed) return undefined;
		const copy = { readAt, isLast: false, resumeBefore: callback.resumeBefore };
		for (; ; copy.isLast = true) {
			const step = await this.#advance(callback.waitId, wait, io, copy);
			if (step.do !== 'callSelf') return step.output;
			if (this.#reachesItself) {
				// A call that we leave open costs n8n memory. If we can reach our own address, we end this call and come back
				// later.
				void this.#callPatiently(wait, io, step.afterMs);
				return undefined;
			}
			// Our own address cannot be reached from here, so we have to use the copy of the execution that we have.
			if (await this.#callLater(wait, io, step.afterMs)) return undefined;
		}
	}

	/** Asks the provider until nothing is left to ask, including the jobs that callbacks name in the meantime. */
	async #advance<T>(id: string, wait: Wait, io: CallbackIo<T>, copy: ExecutionCopy) {
		const { clock } = io;
		wait.isBusy = true;
		wait.state = { ...wait.state, answer: undefined };
		try {
			for (;;) {
				const step = next(wait.state, copy, clock.now());
				if (step.do === 'callSelf') return step;
				if (step.do === 'stay') {
					if (step.unconfirmed) {
						io.onUnconfirmed(step.unconfirmed);
						wait.state = { ...wait.state, claimed: [] };
					}
					return { do: 'done', output: undefined } as const;
				}
				if (step.do === 'resume') {
					const output = await io.resume(wait.settled);
					wait.hasResumed = true;
					void this.#untilTaken(id, wait, io);
					return { do: 'done', output } as const;
				}
				wait.state = noteQuestion(wait.state, step, clock.now());
				const { callbacks } = wait.state;
				const ask = (jobId: string) => io.ask(jobId, step.which === 'named');
				const keep = (job: Job) => wait.settled.set(job.jobId, job);
				const answer = await askJobs(step, ask, keep);
				const isOpen = (jobId: string) => !wait.settled.has(jobId);
				wait.state = noteAnswer(wait.state, step, { answer, callbacks, isOpen }, clock.now());
			}
		} finally {
			wait.isBusy = false;
		}
	}

	/**
	 * If our call reaches an execution that still waits, whoever takes the call resumes it again and checks it from then
	 * on.
	 */
	async #untilTaken(id: string, wait: Wait, { clock, callSelf }: CallbackIo<unknown>) {
		for (const pauseMs of TAKEN_PAUSES_MS) {
			wait.keepActive(clock.now() + pauseMs);
			await clock.sleep(pauseMs);
			wait.hasResumed = false;
			const result = await callSelf();
			if (result === 'finished' || result === 'running') this.#waits.delete(id);
			if (isAnswered(result)) return;
		}
	}

	async #callPatiently(wait: Wait, io: CallbackIo<unknown>, firstPauseMs: number) {
		for (const pauseMs of [firstPauseMs, ...CALL_AGAIN_PAUSES_MS.slice(0, MAX_CALLS_AGAIN)]) {
			if (await this.#callLater(wait, io, pauseMs)) return;
		}
	}

	/** Sleeps, then calls our own address. @returns whether somebody else takes care of the wait from now on */
	async #callLater(wait: Wait, io: CallbackIo<unknown>, pauseMs: number): Promise<boolean> {
		const { callbacks } = wait.state;
		const isReplaced = () => wait.state.callbacks !== callbacks || wait.hasResumed;
		wait.keepActive(io.clock.now() + pauseMs);
		const nextCallback = new Promise<void>((resolve) => (wait.wake = resolve));
		await Promise.race([io.clock.sleep(pauseMs), nextCallback]);
		if (isReplaced()) return true;
		this.#reachesItself = isAnswered(await io.callSelf());
		return isReplaced() || this.#reachesItself;
	}

	#waitOf({ waitId, jobIds, resumeBefore }: ReceivedCallback, now: number): Wait {
		for (const [id, { isBusy, keptUntil }] of this.#waits) {
			if (!isBusy && keptUntil < now) this.#waits.delete(id);
		}
		const wait = this.#waits.get(waitId) ?? new Wait(jobIds);
		const { open, callbacks } = wait.state;
		if (now - wait.activeUntil > IDLE_MS && !wait.isBusy)
			wait.state = { ...newWait(open), callbacks };
		wait.keepActive(now);
		wait.keptUntil = Math.max(now + IDLE_MS, Math.min(resumeBefore, now + KEPT_MS));
		this.#waits.set(waitId, wait);
		return wait;
	}
}
