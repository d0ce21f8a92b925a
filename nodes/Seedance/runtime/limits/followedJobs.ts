import { AdaptiveLimit } from './adaptiveLimit';
import { Semaphore } from './semaphore';

/**
 * Limits the jobs that are being submitted or waited for at the same time. There is no limit until the provider refuses
 * a submit while runs wait for their jobs. From then on, they have fewer of them at a time.
 */
export class FollowedJobs extends Semaphore {
	/** The number of jobs that all runs of this process are waiting for. */
	count = 0;
	private readonly adaptive = new AdaptiveLimit();

	protected override msUntilFree(now: number): number {
		// One job is always allowed.
		const mostJobs = Math.max(1, Math.floor(this.adaptive.current(this.limit, now)));
		return this.count + this.taken < mostJobs ? 0 : this.adaptive.msUntilRaise(now);
	}

	/** Counts a job as waited for while `work` runs. */
	async follow<T>(work: () => Promise<T>): Promise<T> {
		this.count += 1;
		try {
			return await work();
		} finally {
			this.count -= 1;
			this.wake();
		}
	}

	/** The submit that is being answered was refused. @param jobsAtATime the limit of concurrent jobs */
	refused(sentAt: number, now: number, jobsAtATime: number): void {
		// One refusal may have other reasons than the number of jobs, so at least a quarter of it is kept.
		this.adaptive.refuse(this.limit, Math.max(this.count, jobsAtATime / 4), sentAt, now);
	}

	letThrough(sentAt: number): void {
		this.adaptive.letThrough(sentAt);
	}
}
