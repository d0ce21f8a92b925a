import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';
import type { Fault } from '../../core/fault';
import type { Job } from '../../core/job';
import type { MediaRequest } from '../../core/request';

/** A submit that may have started a job and may be repeated, because the provider recognises its key. */
export interface Attempt {
	idempotencyKey: string;
	/** The request as it was sent. The same key with another body would be refused. */
	request: MediaRequest;
	/** A hash of the node's settings at that time. */
	settings: string;
}

/** A batch without a clear answer. It is repeated unchanged, even if the state of its items has changed since. */
export interface OpenBatch {
	idempotencyKey: string;
	/** As in `Attempt`. */
	settings: string;
	members: Array<{ memoryKey: string; request: MediaRequest }>;
}

/** The stored information about the submit of one item. */
export interface SubmitRecord {
	/** The execution that wrote it. */
	execution: string;
	job?: Job;
	/** The fault of a submit that may have started a job and must not be repeated. */
	doubt?: Fault;
	/**
	 * The idempotency key of that submit, by which its job is looked for. The item may have another one by now: the next
	 * key after a failed job, or that of a retried execution.
	 */
	doubtKey?: string;
	attempt?: Attempt;
	/** The file of a job that cannot be downloaded a second time. */
	file?: IBinaryKeyData;
}

export type SubmitMemory = ReturnType<typeof submitMemory>;

/**
 * The submits of this node, by `memoryKey` of the items. Stored in n8n's node context, which survives the tries of
 * Retry On Fail. The button "Retry" in the list of executions starts the new execution with it.
 *
 * @param execution the ID of the current execution
 */
export function submitMemory(context: IDataObject, execution: string) {
	const records = (context.submits ??= {}) as unknown as Record<string, SubmitRecord>;
	const turns = new Map<string, Promise<unknown>>();
	const batches = () => (context.openBatches ?? []) as unknown as readonly OpenBatch[];
	const storeBatches = (open: OpenBatch[]) => {
		context.openBatches = open as unknown as IDataObject[];
	};
	const of = (key: string): SubmitRecord | undefined => {
		const record = records[key];
		return record && isForgotten(record, execution) ? undefined : record;
	};
	return {
		of,
		/** Whether a job was started with this key; undefined if nothing is known about it. */
		startedOf: (key: string): 'yes' | 'maybe' | undefined => {
			const { job, doubt, attempt } = of(key) ?? {};
			if (job) return 'yes';
			const isIn = ({ members }: OpenBatch) => members.some(({ memoryKey }) => memoryKey === key);
			return doubt || attempt || batches().some(isIn) ? 'maybe' : undefined;
		},
		isEmpty: (): boolean => batches().length === 0 && !Object.keys(records).some(of),
		note: (key: string, news: Omit<SubmitRecord, 'execution'>) => {
			records[key] = { ...records[key], ...news, execution };
		},
		/** Forgets this job, unless it has been replaced by another one. */
		forget: (key: string, jobId: string) => {
			if (records[key]?.job?.jobId === jobId) delete records[key];
		},
		openBatches: batches,
		noteBatch: (batch: OpenBatch) => storeBatches([...batches(), batch]),
		closeBatch: (idempotencyKey: string) =>
			storeBatches(batches().filter((batch) => batch.idempotencyKey !== idempotencyKey)),
		/** Submits items with the same key one after the other, so that the second finds the job of the first. */
		inTurn: async <T>(key: string, work: () => Promise<T>): Promise<T> => {
			const before = turns.get(key) ?? Promise.resolve();
			const turn = before.then(work, work);
			turns.set(key, turn);
			return await turn;
		},
	};
}

/** A user who presses "Retry" wants failed jobs to be made again, and nothing else. */
const isForgotten = ({ job, execution }: SubmitRecord, current: string): boolean =>
	execution !== current && job !== undefined && endedInVain(job);

/** Whether its job was submitted to be polled: one that was made in a blocking call has its file, or a fault. */
export const hasPolledJob = ({ job, doubt, file }: Partial<SubmitRecord> = {}): boolean =>
	job !== undefined && !doubt && !file;

/** The provider has ended the job without a result, so the same request may deliberately be made again. */
export const endedInVain = ({ status }: Pick<Job, 'status'>): boolean =>
	status === 'failed' || status === 'cancelled';
