/** The longest quiet time after a callback before all other jobs are looked at as well, in milliseconds. */
const MAX_QUIET_MS = 30_000;
/** The same for a wait for few jobs, for each of them. */
const QUIET_MS_PER_JOB = 500;
/** What is remembered of a wait in which nothing happens goes after this time, in milliseconds. */
const KEPT_MS = 60_000;

/** What a callback says, and of whom it may. */
interface Noted {
	/** The jobs that are waited for. */
	jobIds: readonly string[];
	named: readonly string[];
	/** Those named that it says have ended. */
	claimed: readonly string[];
}

/** What this process remembers of a wait between two callbacks. */
export class Wait {
	/** Jobs that have rung and were not asked for since. */
	readonly rung = new Set<string>();
	/** Counts the callbacks: the latest one has the freshest copy of the execution. */
	rings = 0;
	/** Somebody asks the provider, or prepares what follows: what rings is only collected. */
	isBusy = false;
	/** When all jobs are to be looked at, in Unix milliseconds; undefined when that was done since the last callback. */
	lookAllAt: number | undefined;
	lookedAllAt = -Infinity;
	/** Jobs of which a callback says that they have ended, and the provider did not when asked, if it was. */
	readonly claimed = new Set<string>();
	/** How often in a row some of those were asked for in vain. */
	lags = 0;
	/** When they are to be asked for again, in Unix milliseconds. */
	askClaimedAt = -Infinity;
	/** In a row. */
	faults = 0;
	hasResumed = false;
	private idleSince = 0;
	private wake = () => {};

	/** @param now Unix milliseconds */
	note({ named, claimed, jobIds }: Noted, now: number): void {
		this.rings += 1;
		this.keepUntil(now);
		if (this.claimed.size === 0) {
			this.lags = 0;
			this.askClaimedAt = -Infinity;
		}
		for (const id of claimed) if (jobIds.includes(id)) this.claimed.add(id);
		const quietMs = Math.min(MAX_QUIET_MS, QUIET_MS_PER_JOB * jobIds.length);
		const known = named.filter((id) => jobIds.includes(id));
		for (const id of known) this.rung.add(id);
		// As long as jobs keep ringing, not all are settled: looking at all can wait until it is quiet.
		const soonest = Math.max(now, this.lookedAllAt + quietMs);
		this.lookAllAt =
			known.length > 0 ? now + quietMs : Math.min(soonest, this.lookAllAt ?? Infinity);
		this.wake();
	}

	nextRing(): Promise<void> {
		return new Promise((resolve) => (this.wake = resolve));
	}

	/** @param time Unix milliseconds; a minute more is granted */
	keepUntil(time: number): void {
		this.idleSince = Math.max(this.idleSince, time);
	}

	isOver(now: number): boolean {
		return !this.isBusy && now - this.idleSince > KEPT_MS;
	}
}

/** The waits that a process has heard of. A cache: losing it costs requests, nothing else. */
export class Waits {
	private readonly waits = new Map<string, Wait>();
	/** A call of ours to our own address was answered, so the next one will be. */
	reachUs = false;

	/** @param now Unix milliseconds */
	of(name: string, now: number): Wait {
		for (const [key, wait] of this.waits) if (wait.isOver(now)) this.waits.delete(key);
		const wait = this.waits.get(name) ?? new Wait();
		this.waits.set(name, wait);
		return wait;
	}
}
