import { ASK_AGAIN_PAUSES_MS } from './pauses';

/** An execution that n8n read so long ago, in milliseconds, may have gone on without us: it must be read again. */
const FRESH_MS = 5_000;
/** The longest quiet time after a callback before all other jobs are asked for as well, in milliseconds. */
const MAX_QUIET_MS = 30_000;
/** The same for a wait for few jobs, for each of them. */
const QUIET_MS_PER_JOB = 500;
/** After a fault the provider is asked again later, twice as late each time, in milliseconds. */
const FAULT_PAUSE_MS = 5_000;
const MAX_FAULT_PAUSE_MS = 60_000;
/** Faults in a row; about a quarter of an hour. Then another callback or the deadline must do. */
const MAX_FAULTS = 18;
/** A callback for an execution that waits. */
export interface ReceivedCallback {
	/** Names the wait: the execution and its jobs. */
	waitId: string;
	/** Unix milliseconds; from then on, n8n goes on by itself. */
	resumeBefore: number;
	/** The jobs that are waited for, in the order of their submission. */
	jobIds: readonly string[];
	/** Those of which the callback speaks; none where somebody wants us to ask for all. */
	named: readonly string[];
	/** Those of which it says that they have ended. */
	claimed: readonly string[];
}

/** What the provider says of jobs; `fault`: one of them could not be asked for. */
export type Answer = 'settled' | 'open' | 'fault';

/** What a process knows of an execution that waits. Times are Unix milliseconds. */
export interface WaitState {
	/** The number of callbacks: the latest one has the freshest copy of the execution. */
	callbacks: number;
	/** Jobs that are not known to be settled, in the order of their submission. */
	open: readonly string[];
	/** Jobs that a callback has named and nobody has asked for since. */
	named: readonly string[];
	/** Jobs that have ended by a callback's word, and not by the provider's when it was asked, if it was. */
	claimed: readonly string[];
	/** How often in a row some of those were asked for in vain. */
	lags: number;
	askClaimedAt: number;
	/** When all open jobs are to be asked for; Infinity where that was done since the last callback. */
	askAllAt: number;
	askedAllAt: number;
	/** In a row. */
	faults: number;
	/** The last one, where no callback has come since. */
	answer?: Answer | undefined;
}

/** The execution as n8n has read it for one callback, which it would go on from. */
export interface ExecutionCopy {
	readAt: number;
	/** Our own address cannot be reached from here, so there will be no fresher one. */
	isLast: boolean;
	resumeBefore: number;
}

/** `named`: all of them are asked for; `open`: they are asked for up to the first one that is open. */
export type Question = { do: 'ask'; which: 'named' | 'open'; jobIds: readonly string[] };
export type Step =
	| Question
	| { do: 'callSelf'; afterMs: number }
	| { do: 'resume' }
	| { do: 'stay'; unconfirmed?: readonly string[] };

export const newWait = (jobIds: readonly string[]): WaitState => ({
	callbacks: 0,
	open: jobIds,
	named: [],
	claimed: [],
	lags: 0,
	askClaimedAt: -Infinity,
	askAllAt: Infinity,
	askedAllAt: -Infinity,
	faults: 0,
});

/** A callback has come in. */
export function noteCallback(
	state: WaitState,
	{ jobIds, named, claimed }: ReceivedCallback,
	now: number,
): WaitState {
	const isOpen = (id: string) => state.open.includes(id);
	const quietMs = Math.min(MAX_QUIET_MS, QUIET_MS_PER_JOB * jobIds.length);
	const soonest = Math.max(now, state.askedAllAt + quietMs);
	// As long as jobs keep calling, not all are settled: asking for all can wait until it is quiet.
	const isAboutJobs = named.some((id) => jobIds.includes(id));
	return {
		...state,
		callbacks: state.callbacks + 1,
		named: [...state.named, ...named.filter(isOpen)],
		claimed: [...new Set([...state.claimed, ...claimed.filter(isOpen)])],
		...(state.claimed.length === 0 ? { lags: 0, askClaimedAt: -Infinity } : {}),
		askAllAt: isAboutJobs ? now + quietMs : Math.min(soonest, state.askAllAt),
	};
}

/** The provider is being asked. */
export const noteQuestion = (state: WaitState, { which }: Question, now: number): WaitState => ({
	...state,
	...(which === 'named' ? { named: [] } : { askAllAt: Infinity, askedAllAt: now }),
});

/** The provider has answered. @param reply with the number of callbacks when it was asked */
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
	// Later each time, and at last not any more.
	const askClaimedAt = now + (ASK_AGAIN_PAUSES_MS[state.lags] ?? Infinity);
	const lag = isLagging ? { lags: state.lags + 1, askClaimedAt } : {};
	return { ...known, ...lag, faults: 0, answer: isLatest ? reply.answer : undefined };
}

/**
 * What to do next for an execution that waits for many jobs. A job that was named is asked for once. Jobs that were not
 * named here may have been named elsewhere, or not at all: so when it has been quiet for a while, all that are not known
 * to be settled are asked for, up to the first one that is open.
 *
 * Why no wait is forgotten, with any number of processes that share nothing but the provider: the last callback comes to
 * one of them, when all jobs are settled. Whatever this process asks from then on, it finds settled jobs only, so it
 * either knows all of them or asks for all when it is quiet. For that it calls the execution's own address; should
 * another process take the call, the same holds there, and at last one asks for all and resumes.
 *
 * Why it resumes once: within a process, whatever follows a callback that has resumed is ignored. Across processes, a
 * process that heard of all jobs by itself leaves no other that did; one that had to ask for all calls the execution's
 * address again before it resumes, and n8n refuses that for an execution that has gone on. What remains are the
 * milliseconds in which n8n 1.x reads an execution twice; 2.x then lets one of them win.
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
