import type { Account } from './account.ts';
import type { Job } from './job.ts';

/** Jobs that came in one call and are told of together when the last one has settled. */
export interface Batch {
	readonly id: string;
	readonly account: Account;
	readonly callbackUrl: string | undefined;
	readonly jobs: Job[];
	/** All its jobs are in: until then a settled job does not end it. */
	closed: boolean;
}
