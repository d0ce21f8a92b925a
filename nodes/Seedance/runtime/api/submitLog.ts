import type { Provider } from '../../core/provider';
import type { Caller } from './send';

export type SubmitLog = ReturnType<typeof submitLog>;

/**
 * Writes submits to n8n's log. If n8n crashes, the data of the execution is lost, but a charge must leave a trace. n8n
 * writes to the console synchronously, so the entry survives a SIGKILL.
 */
export function submitLog(caller: Caller, provider: Pick<Provider, 'name'>) {
	const execution = 'getExecutionId' in caller ? caller.getExecutionId() : '';
	return {
		/**
		 * Called just before a submit is sent, because its answer, with the job's ID, may never arrive.
		 *
		 * @param idempotencyKey if the provider supports it: the same request with this key returns the same job
		 */
		noteSubmit(itemIndexes: readonly number[], idempotencyKey?: string): void {
			const items = `item${itemIndexes.length === 1 ? '' : 's'} ${itemIndexes.join(', ')}`;
			const key = idempotencyKey === undefined ? '' : `, idempotency key ${idempotencyKey}`;
			caller.logger.info(`${provider.name}: submitting ${items} (execution ${execution}${key})`);
		},
		/** Called as soon as a job is submitted. */
		noteJob(jobId: string, itemIndex: number): void {
			caller.logger.info(
				`${provider.name}: job ${jobId} submitted (execution ${execution}, item ${itemIndex})`,
			);
		},
	};
}
