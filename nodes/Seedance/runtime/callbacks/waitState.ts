/**
 * The pauses before we ask the provider again because its status is outdated or it could not be reached, in
 * milliseconds: a provider calls only once. Four minutes in total.
 */
export const ASK_AGAIN_PAUSES_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];
/**
 * How old a copy of the execution may be, in milliseconds. An older one is read again, because n8n may have resumed the
 * execution without us.
 */
const FRESH_MS = 5_000;
/** The longest quiet time after a callback before all other jobs are asked for as well, in milliseconds. */
const MAX_QUIET_MS = 30_000;
/** The quiet time for each job, in milliseconds, which applies to a wait for few jobs. */
const QUIET_MS_PER_JOB = 500;
/** The pause after the first fault, in milliseconds. It doubles with each further fault. */
const FAULT_PAUSE_MS = 5_000;
const MAX_FAULT_PAUSE_MS = 60_000;
/**
 * The largest number of faults in a row, which is about a quarter of an hour. After that, only another callback or the
 * deadline ends the wait.
 */
const MAX_FAULTS = 18;
/** A callback for a waiting execution. */
export interface ReceivedCallback {
	/** Identifies the wait: the execution and its jobs. */
	waitId: string;
	/** Unix milliseconds. From then on, n8n resumes the execution by itself. */
	resumeBefore: number;
	/** The jobs that the execution waits for, in the order of their submission. */
	jobIds: readonly string[];
	/** The jobs that have ended according to the callback. None if it only asks us to check all of them. */
	ended: readonly string[];
}

/** What the provider says about jobs. `fault`: one of the requests failed. */
export type Answer = 'settled' | 'open' | 'fault';

/** The execution as n8n has read it for one callback. n8n would resume it from this copy. */
export interface ExecutionCopy {
	readAt: number;
	/** Our own address cannot be reached from here, so there will be no newer copy. */
	isLast: boolean;
	resumeBefore: number;
}

/** `named`: asks for all of them. `open`: asks for them until the first one that is still open. */
export type Question = { do: 'ask'; which: 'named' | 'open'; jobIds: readonly string[] };
export type Step =
	| Question
	| { do: 'callSelf'; afterMs: number }
	| { do: 'resume' }
	| { do: 'stay'; unconfirmed?: readonly string[] };

/** What a process knows about a waiting execution. Times are Unix milliseconds. */
export type WaitState = ReturnType<typeof newWait>;

export const newWait = (jobIds: readonly string[]) => ({
	/** The number of callbacks. The latest one has the newest copy of the execution. */
	callbacks: 0,
	/** Jobs that are not known to be settled, in the order of their submission. */
	open: jobIds,
	/** Jobs that a callback has named and that nobody has asked for since. */
	named: [] as readonly string[],
	/** Jobs that have ended according to a callback, but not according to the provider, or it has not been asked yet. */
	claimed: [] as readonly string[],
	/** How often in a row the provider did not confirm one of them. */
	lags: 0,
	askClaimedAt: -Infinity,
	/** When all open jobs are to be asked for; Infinity if that was done since the last callback. */
	askAllAt: Infinity,
	askedAllAt: -Infinity,
	/** In a row. */
	faults: 0,
	/** The last answer, if no callback has arrived since. */
	answer: undefined as Answer | undefined,
});

/** A callback has arrived. */
export function noteCallback(
	state: WaitState,
	{ jobIds, ended }: ReceivedCallback,
	now: number,
): WaitState {
	const isOpen = (id: string) => state.open.includes(id);
	const quietMs = Math.min(MAX_QUIET_MS, QUIET_MS_PER_JOB * jobIds.length);
	const soonest = Math.max(now, state.askedAllAt + quietMs);
	// As long as callbacks about jobs arrive, not all jobs are settled. Asking for all of them can wait until it is
	// quiet.
	const isAboutJobs = ended.some((id) => jobIds.includes(id));
	const news = ended.filter(isOpen);
	return {
		...state,
		callbacks: state.callbacks + 1,
		named: [...state.named, ...news],
		claimed: [...new Set([...state.claimed, ...news])],
		...(state.claimed.length === 0 ? { lags: 0, askClaimedAt: -Infinity } : {}),
		askAllAt: isAboutJobs ? now + quietMs : Math.min(soonest, state.askAllAt),
	};
}

/** The provider is being asked. */
export const noteQuestion = (state: WaitState, { which }: Question, now: number): WaitState => ({
	...state,
	...(which === 'named' ? { named: [] } : { askAllAt: Infinity, askedAllAt: now }),
});

/** The provider has answered. @param reply with the number of callbacks at the time of the request */
export function noteAnswer(
	state: WaitState,
	{ which, jobIds }: Question,
	reply: { answer: Answer; callbacks: number; isOpen: (jobId: string) => boolean },
	now: number,
): WaitState {
	const isLatest = state.callbacks === reply.callbacks;
	const claimed = state.claimed.filter(reply.isOpen);
	const known = { ...state, open: state.open.filter(reply.isOpen), claimed };
	if (reply.answer === 'fault') {
		const askAllAt = isLatest ? now : state.askAllAt;
		return { ...known, askAllAt, faults: state.faults + 1, answer: 'fault' };
	}
	const isLagging = which === 'named' && claimed.some((id) => jobIds.includes(id));
	// Later each time, and finally not any more.
	const askClaimedAt = now + (ASK_AGAIN_PAUSES_MS[state.lags] ?? Infinity);
	const lag = isLagging ? { lags: state.lags + 1, askClaimedAt } : {};
	return { ...known, ...lag, faults: 0, answer: isLatest ? reply.answer : undefined };
}

/**
 * What to do next for an execution that waits for many jobs. A job that a callback names is asked for once. Callbacks
 * about the other jobs may have reached another process, or nobody. So after a quiet time, all jobs that are not known
 * to be settled are asked for, until the first one that is still open.
 *
 * Why no wait is forgotten, with any number of processes that share nothing but the provider: the last callback reaches
 * one of them when all jobs are settled. Whatever this process asks from then on, it finds only settled jobs. So it
 * either knows all of them, or asks for all of them after the quiet time. To do so, it calls the execution's own
 * address. If another process takes that call, the same applies there, and finally one process asks for all jobs and
 * resumes.
 *
 * Why it resumes once: within a process, callbacks that follow the one that has resumed are ignored. Across processes,
 * if one process was called about all jobs, no other process was. A process that had to ask for all jobs calls the
 * execution's address again before it resumes, and n8n refuses that call if the execution has resumed. What remains are
 * the milliseconds in which n8n 1.x reads an execution twice; 2.x then lets only one of the two resume it.
 */
export function next(state: WaitState, copy: ExecutionCopy, now: number): Step {
	const { open, claimed, askClaimedAt, askAllAt } = state;
	if (open.length === 0) {
		const isFresh = copy.readAt > state.askedAllAt && now - copy.readAt <= FRESH_MS;
		if (now >= copy.resumeBefore) return { do: 'stay' };
		return isFresh || copy.isLast ? { do: 'resume' } : { do: 'callSelf', afterMs: 0 };
	}
	if (state.answer === 'fault') {
		if (state.faults > MAX_FAULTS) return { do: 'stay' };
		const pauseMs = FAULT_PAUSE_MS * 2 ** (state.faults - 1);
		return { do: 'callSelf', afterMs: Math.min(pauseMs, MAX_FAULT_PAUSE_MS) };
	}
	const due = new Set([...state.named, ...(askClaimedAt <= now ? claimed : [])]);
	const named = [...due].filter((id) => open.includes(id));
	if (named.length > 0) return { do: 'ask', which: 'named', jobIds: named };
	if (claimed.length > 0) {
		if (state.lags > ASK_AGAIN_PAUSES_MS.length) return { do: 'stay', unconfirmed: claimed };
		return { do: 'callSelf', afterMs: askClaimedAt - now };
	}
	if (state.answer === 'open' || askAllAt === Infinity) return { do: 'stay' };
	if (now < askAllAt) return { do: 'callSelf', afterMs: askAllAt - now };
	return { do: 'ask', which: 'open', jobIds: open };
}
