/**
 * The largest reduction after one refusal, as a fraction: few requests may have been accepted because few were made.
 */
const LARGEST_CUT = 0.75;
/** The increase after a period without a refusal, as a fraction of the limit, and the smallest increase. */
const INCREASE = 0.1;
const LEAST_INCREASE = 0.5;
/** The lower bound, absolute and as a fraction of the configured limit: 8 processes may share an account. */
const LEAST = 0.25;
const LEAST_SHARE = 1 / 8;
/**
 * The period without a refusal before an increase, in milliseconds, and the longest to which refused increases extend
 * it.
 */
const FIRST_STEP_MS = 120_000;
const LONGEST_STEP_MS = 480_000;

/**
 * A limit that is learned from refusals: other programs and other n8n processes may use the same account, and nobody
 * tells us. It decreases at once, multiplicatively, and increases slowly, additively, up to the configured limit. After
 * a refused increase, the next one waits twice as long.
 */
export class AdaptiveLimit {
	private learned = Infinity;
	private loweredAt = -Infinity;
	private raiseAt = Infinity;
	private stepMs = FIRST_STEP_MS;
	private hasRaised = false;

	/** @param now monotonic milliseconds, as everywhere in this class */
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

	/** How long `current` stays the same if nothing is refused, in milliseconds. Call `current` first. */
	msUntilRaise(now: number): number {
		return this.raiseAt - now;
	}

	/**
	 * The provider has refused a request. Requests that were already in progress at the last refusal say nothing new.
	 *
	 * @param goal the limit that seems to be allowed
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

	/** A request that was in progress at the last refusal was accepted after all. */
	letThrough(sentAt: number): void {
		if (sentAt <= this.loweredAt) this.learned += 1;
	}
}
