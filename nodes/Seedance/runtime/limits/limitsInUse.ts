/** The limits in a credential. */
export interface AccountLimits {
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

/** How long a limit applies after its last use, in milliseconds: as long as its requests count. */
const KEPT_MS = 60_000;

interface Use {
	limits: AccountLimits;
	users: number;
	lastUsedAt: number;
}

/**
 * The limits of one key. Several credentials with the same key may differ; then the lowest limits in use apply to all
 * of them. So a limit that the user lowers applies at once, and one that is raised when the runs with the old one have
 * ended.
 *
 * All times are monotonic milliseconds.
 */
export class LimitsInUse {
	private readonly uses = new Map<string, Use>();

	/** Counts the limits as in use while `work` runs. */
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
