import type { Account } from './account.ts';
import type { Job } from './job.ts';

/** Jobs that were submitted in one call. One callback reports them when the last one has settled. */
export interface Batch {
	readonly id: string;
	readonly account: Account;
	readonly callbackUrl: string | undefined;
	readonly jobs: Job[];
	/** True when all jobs have been added. Before that, a settled job does not complete the batch. */
	closed: boolean;
}
