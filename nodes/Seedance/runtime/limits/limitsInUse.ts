/** What a credential says about its account. */
export interface AccountLimits {
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

/** After its last use, a limit counts for another minute, as long as its requests do; in milliseconds. */
const KEPT_MS = 60_000;

interface Use {
	limits: AccountLimits;
	users: number;
	lastUsedAt: number;
}

/**
 * The limits of one key, of which several credentials may tell different ones: the lowest of those in use holds for all.
 * So a limit that the user lowers holds at once, and one that is raised when what runs with the old one has ended.
 *
 * All times are monotonic milliseconds.
 */
export class LimitsInUse {
	private readonly uses = new Map<string, Use>();

	/** Counts the limits as used while `work` runs. */
	async during<T>(limits: AccountLimits, now: () => number, work: () => Promise<T>): Promise<T> {
		const use = this.note(limits, now());
		use.users += 1;
		try {
			return await work();
		} finally {
			use.users -= 1;
			use.lastUsedAt = now();
		}
	}

	note({ requestsPerMinute, maxConcurrentJobs }: AccountLimits, now: number): Use {
		const key = `${requestsPerMinute} ${maxConcurrentJobs}`;
		const limits = { requestsPerMinute, maxConcurrentJobs };
		const use = this.uses.get(key) ?? { limits, users: 0, lastUsedAt: now };
		use.lastUsedAt = now;
		this.uses.set(key, use);
		return use;
	}

	lowest(now: number): AccountLimits {
		for (const [key, { users, lastUsedAt }] of this.uses) {
			if (users === 0 && now - lastUsedAt > KEPT_MS) this.uses.delete(key);
		}
		const all = [...this.uses.values()].map(({ limits }) => limits);
		return {
			requestsPerMinute: Math.min(...all.map((each) => each.requestsPerMinute)),
			maxConcurrentJobs: Math.min(...all.map((each) => each.maxConcurrentJobs)),
		};
	}
}
