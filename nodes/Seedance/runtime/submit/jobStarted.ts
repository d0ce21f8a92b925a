import type { Outcome } from '../../core/fault';
import type { FaultResult, ItemResult } from '../items/result';
import type { SubmitMemory } from './memory';
import type { GenerateItem } from './readItem';

/**
 * The results, with the statement in each error whether a job has started, so that a workflow can decide whether the
 * video may be made elsewhere. An earlier try counts as well: its answer may have been lost.
 *
 * @param items the items of the run, by index
 */
export const withJobStarted = (
	memory: SubmitMemory,
	items: ReadonlyArray<Outcome<GenerateItem>>,
	results: readonly ItemResult[],
): ItemResult[] =>
	results.map((result, index) => {
		if (!('fault' in result)) return result;
		const item = items[index];
		return { ...result, jobStarted: startedBy(result, memory, item?.ok ? item.value : undefined) };
	});

/** The same for a fault that comes before the items are read: this try has sent nothing. */
export const withoutSubmit = (memory: SubmitMemory, { fault }: FaultResult): FaultResult => ({
	fault,
	jobStarted: memory.isEmpty() ? 'no' : 'maybe',
});

function startedBy(
	{ fault, jobId }: FaultResult,
	memory: SubmitMemory,
	item: GenerateItem | undefined,
): FaultResult['jobStarted'] {
	if (jobId !== undefined) return 'yes';
	const before = item && memory.startedOf(item.memoryKey);
	return before ?? (fault.ambiguous ? 'maybe' : 'no');
}
