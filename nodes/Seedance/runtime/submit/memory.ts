import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';
import type { Fault } from '../../core/fault';
import type { Job } from '../../core/job';
import type { Estimate } from '../../core/price';
import type { MediaRequest } from '../../core/request';

/** A submit that may have started a job, and that may be repeated because the provider knows it by its key. */
export interface Attempt {
	idempotencyKey: string;
	/** As it was sent: the same key with another body would be refused. */
	request: MediaRequest;
	/** The node's settings at that time, hashed. */
	settings: string;
}

/** A batch without a clear answer. It is repeated as it was, whatever has become of its items since. */
export interface OpenBatch {
	idempotencyKey: string;
	/** As in `Attempt`. */
	settings: string;
	members: Array<{ memoryKey: string; request: MediaRequest }>;
}

/** What is known of the submit of one item. */
export interface SubmitRecord {
	/** The execution that wrote it. */
	execution: string;
	job?: Job;
	/** The fault of a submit that may have started a job, and that must not be repeated. */
	doubt?: Fault;
	attempt?: Attempt;
	/** The file of a job that cannot be fetched a second time. */
	file?: IBinaryKeyData;
}

/** What this node has submitted, by `memoryKey` of the items. */
export interface SubmitMemory {
	of(key: string): SubmitRecord | undefined;
	note(key: string, news: Omit<SubmitRecord, 'execution'>): void;
	/** Forgets that job, unless another one has taken its place. */
	forget(key: string, jobId: string): void;
	openBatches(): readonly OpenBatch[];
	noteBatch(batch: OpenBatch): void;
	closeBatch(idempotencyKey: string): void;
	/** Items that share a key are submitted one after the other: the second finds the job of the first. */
	inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
	/** Called with each job that was submitted just now. */
	spend?(job: Estimate): void;
}

/**
 * Kept in n8n's node context. That survives the tries of Retry On Fail, and the button "Retry" in the list of executions
 * starts the new execution with it.
 *
 * @param execution the ID of the execution that runs
 */
export function submitMemory(context: IDataObject, execution: string): SubmitMemory {
	const records = (context.submits ??= {}) as unknown as Record<string, SubmitRecord>;
	const turns = new Map<string, Promise<unknown>>();
	const batches = () => (context.openBatches ?? []) as unknown as OpenBatch[];
	const storeBatches = (open: OpenBatch[]) => {
		context.openBatches = open as unknown as IDataObject[];
	};
	return {
		of: (key) => {
			const record = records[key];
			return record && isForgotten(record, execution) ? undefined : record;
		},
		note: (key, news) => {
			records[key] = { ...records[key], ...news, execution };
		},
		forget: (key, jobId) => {
			if (records[key]?.job?.jobId === jobId) delete records[key];
		},
		openBatches: batches,
		noteBatch: (batch) => storeBatches([...batches(), batch]),
		closeBatch: (idempotencyKey) =>
			storeBatches(batches().filter((batch) => batch.idempotencyKey !== idempotencyKey)),
		inTurn: async (key, work) => {
			const before = turns.get(key) ?? Promise.resolve();
			const turn = before.then(work, work);
			turns.set(key, turn);
			return await turn;
		},
	};
}

/** Whoever presses "Retry" wants what failed to be made again, and nothing else. */
const isForgotten = ({ job, execution }: SubmitRecord, current: string): boolean =>
	execution !== current && job !== undefined && endedInVain(job);

/** The provider has ended it without a result: the same request may be made again on purpose. */
export const endedInVain = ({ status }: Pick<Job, 'status'>): boolean =>
	status === 'failed' || status === 'cancelled';
