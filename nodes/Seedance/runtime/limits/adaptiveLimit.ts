/** One refusal never takes more than this share away: little was let through where little was asked for, too. */
const LARGEST_CUT = 0.75;
/** After a time without a refusal: the increase in parts of the limit, and the least increase. */
const INCREASE = 0.1;
const LEAST_INCREASE = 0.5;
/** What is never fallen below, and the same in parts of the configured limit: that many processes may share an account. */
const LEAST = 0.25;
const LEAST_SHARE = 1 / 8;
/** That time in milliseconds, and the longest to which refused increases stretch it. */
const FIRST_STEP_MS = 120_000;
const LONGEST_STEP_MS = 480_000;

/**
 * A limit that is learned from refusals: other programs, and other processes of n8n, may use the same account, and nobody
 * tells us. Lowered at once, multiplicatively; raised again slowly, additively, until it is the configured one again. An
 * increase that is refused is tried again later, twice as late each time.
 */
export class AdaptiveLimit {
	private learned = Infinity;
	private loweredAt = -Infinity;
	private raiseAt = Infinity;
	private stepMs = FIRST_STEP_MS;
	private hasRaised = false;

	/** @param now monotonic milliseconds, as everywhere here */
	current(configured: number, now: number): number {
		while (now >= this.raiseAt) {
			if (this.hasRaised) this.stepMs = Math.max(FIRST_STEP_MS, this.stepMs / 2);
			this.hasRaised = true;
			this.raiseAt += this.stepMs;
			this.learned += Math.max(LEAST_INCREASE, INCREASE * this.learned);
			if (this.learned < configured) continue;
			this.learned = this.raiseAt = Infinity;
			this.stepMs = FIRST_STEP_MS;
		}
		return Math.min(configured, this.learned);
	}

	/** How long `current` stays as it is, if nothing is refused, in milliseconds; asked after it. */
	msUntilRaise(now: number): number {
		return this.raiseAt - now;
	}

	/**
	 * The provider has refused a request. Those that were under way at the last refusal say nothing new.
	 *
	 * @param goal what seems to be allowed, in the unit of the limit
	 */
	refuse(configured: number, goal: number, sentAt: number, now: number): void {
		if (sentAt <= this.loweredAt) return;
		const current = this.current(configured, now);
		const least =
			configured === Infinity
				? LEAST
				: Math.max(LEAST, LEAST_SHARE * configured, (1 - LARGEST_CUT) * current);
		this.learned = Math.min(current, Math.max(least, goal));
		if (this.hasRaised) this.stepMs = Math.min(LONGEST_STEP_MS, 2 * this.stepMs);
		this.hasRaised = false;
		this.loweredAt = now;
		this.raiseAt = now + this.stepMs;
	}

	/** One that was under way at the last refusal was let through all the same. */
	letThrough(sentAt: number): void {
		if (sentAt <= this.loweredAt) this.learned += 1;
	}
}
