import type { Provider } from '../../core/provider';
import type { Account } from '../limits/account';
import type { Clock } from '../limits/clock';
import type { Caller } from './send';

/**
 * What n8n's log says of submits. An n8n that crashes forgets what the execution knew, and what costs money must leave a
 * trace. On the console n8n writes a line before it goes on, so what was logged outlives a SIGKILL.
 */
export interface SubmitLog {
	/**
	 * At the moment before a submit leaves: its answer may never come, and with it no job ID.
	 *
	 * @param idempotencyKey where the provider knows such keys: sent again with the same request, it gives the same job
	 */
	noteSubmit(itemIndexes: readonly number[], idempotencyKey?: string): void;
	/** As soon as a job is submitted. The account knows it as new from then on. */
	noteJob(jobId: string, itemIndex: number): void;
}

export function submitLog(
	caller: Caller,
	provider: Pick<Provider, 'name'>,
	account: Pick<Account, 'newJobs'>,
	clock: Pick<Clock, 'now'>,
): SubmitLog {
	const execution = 'getExecutionId' in caller ? caller.getExecutionId() : '';
	return {
		noteSubmit(itemIndexes, idempotencyKey) {
			const items = `item${itemIndexes.length === 1 ? '' : 's'} ${itemIndexes.join(', ')}`;
			const key = idempotencyKey === undefined ? '' : `, idempotency key ${idempotencyKey}`;
			caller.logger.info(`${provider.name}: submitting ${items} (execution ${execution}${key})`);
		},
		noteJob(jobId, itemIndex) {
			account.newJobs.add(jobId, clock.now());
			caller.logger.info(
				`${provider.name}: job ${jobId} submitted (execution ${execution}, item ${itemIndex})`,
			);
		},
	};
}
