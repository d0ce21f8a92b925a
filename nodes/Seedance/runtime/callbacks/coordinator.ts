import type { Outcome } from '../../core/fault';
import type { Job } from '../../core/job';
import type { Clock } from '../limits/clock';
import { askJobs } from './askJobs';
import { CALL_AGAIN_PAUSES_MS } from './pauses';
import { isAnswered, type SelfCallResult } from './selfCall';
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

/** So long after the last thing that happened in a wait, in milliseconds, only its settled jobs are still known. */
const IDLE_MS = 60_000;
/** They go when the execution has gone on, and so long after a callback, in milliseconds. */
const KEPT_MS = 86_400_000;
/** So often our own address is called again where it does not answer although it did before. */
const MAX_CALLS_AGAIN = 3;
/**
 * After n8n was given what the execution goes on with: when we make sure that it has taken it, in milliseconds. It may not
 * have, when its database was away at that moment, and it tells nobody. Before the first of them, n8n 1.x may not have
 * stored yet that the execution goes on, and would let it go on twice.
 */
const TAKEN_PAUSES_MS = [20_000, 20_000, 30_000, 60_000, 60_000, 120_000, 240_000];

/** What can be done by means of a callback. */
export interface CallbackIo<T> {
	clock: Clock;
	ask(jobId: string, isNamed: boolean): Promise<Outcome<Job>>;
	/** Calls the execution's own address, so that n8n reads the execution anew and asks us again. Never throws. */
	callSelf: () => Promise<SelfCallResult>;
	/** Makes what the execution goes on with. */
	resume(settled: ReadonlyMap<string, Job>): Promise<T>;
	/** The provider does not confirm that they have ended, and we stop asking. */
	onUnconfirmed(jobIds: readonly string[]): void;
}

interface Wait {
	state: WaitState;
	settled: Map<string, Job>;
	/** Somebody asks the provider, or prepares what follows: what callbacks name is only collected. */
	isBusy: boolean;
	hasResumed: boolean;
	/** Somebody sleeps until then, or a callback has come; Unix milliseconds, as the next. */
	activeUntil: number;
	keptUntil: number;
	/** Ends the sleep of an earlier callback. */
	wake: () => void;
}

const UNTOUCHED = {
	isBusy: false,
	hasResumed: false,
	activeUntil: 0,
	keptUntil: 0,
	wake: () => {},
};

/**
 * The waits of this process. Of several callbacks for one wait, one does what `next` says and the others leave their jobs
 * to it. What is kept here is a cache: losing it costs requests, nothing else.
 */
export class CallbackCoordinator {
	readonly #waits = new Map<string, Wait>();
	/** A call of ours to our own address was answered, so the next one will be. */
	#reachesItself: boolean;

	constructor(reachesItself = false) {
		this.#reachesItself = reachesItself;
	}

	/** @returns what to go on with, undefined to stay */
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
				// A call to n8n that we do not end costs it memory. Where we can come back, we do not stay.
				void this.#callPatiently(wait, io, step.afterMs);
				return undefined;
			}
			// Our own address cannot be reached from here: the copy at hand must do.
			if (await this.#callLater(wait, io, step.afterMs)) return undefined;
		}
	}

	/** Asks the provider for as long as there is something to ask, also for what callbacks name meanwhile. */
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

	/** Whoever takes a call of ours to an execution that still waits resumes it again, and looks after it from then on. */
	async #untilTaken(id: string, wait: Wait, { clock, callSelf }: CallbackIo<unknown>) {
		for (const pauseMs of TAKEN_PAUSES_MS) {
			keepActive(wait, clock.now() + pauseMs);
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

	/** Sleeps and calls our own address. @returns whether somebody else looks after the wait from now on */
	async #callLater(wait: Wait, io: CallbackIo<unknown>, pauseMs: number): Promise<boolean> {
		const { callbacks } = wait.state;
		const isReplaced = () => wait.state.callbacks !== callbacks || wait.hasResumed;
		keepActive(wait, io.clock.now() + pauseMs);
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
		const wait: Wait = this.#waits.get(waitId) ?? {
			...UNTOUCHED,
			state: newWait(jobIds),
			settled: new Map<string, Job>(),
		};
		const { open, callbacks } = wait.state;
		if (now - wait.activeUntil > IDLE_MS && !wait.isBusy)
			wait.state = { ...newWait(open), callbacks };
		keepActive(wait, now);
		wait.keptUntil = Math.max(now + IDLE_MS, Math.min(resumeBefore, now + KEPT_MS));
		this.#waits.set(waitId, wait);
		return wait;
	}
}

/** @param until Unix milliseconds */
function keepActive(wait: Wait, until: number): void {
	wait.activeUntil = Math.max(wait.activeUntil, until);
}
