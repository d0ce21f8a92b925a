import { inputFault, success, type Fault, type Outcome } from '../core/fault';
import type { BatchEntry, Dialect } from '../core/provider';
import { noteDialect } from './jobDialect';
import type { PlannedOrder } from './order';
import type { Session } from './session';
import { callOnce, keyOf, noteDoubt, submittedJob, type SubmitMemory } from './submit';

/**
 * Submits what can go together in one call, split where there is much. Each item gets a job of its own, which is put into
 * the memory: whoever submits the item afterwards finds it there.
 *
 * @returns the faults by item index; an item without one either has its job now or cannot go into a batch
 */
export async function submitBatches(
	session: Session,
	memory: SubmitMemory,
	orders: readonly PlannedOrder[],
): Promise<Map<number, Fault>> {
	const faults = new Map<number, Fault>();
	for (const { dialect, chunk } of chunksOf(session, memory, orders)) {
		if (session.clock.stopped()) break;
		const entries = await submitChunk(session, dialect, chunk);
		if (!entries.ok) noteDoubt(memory, chunk, entries.fault, dialect.idempotent === true);
		chunk.forEach((order, index) => {
			const entry: BatchEntry | undefined = entries.ok ? entries.value[index] : undefined;
			if (!entries.ok) faults.set(order.itemIndex, entries.fault);
			else if (!entry?.ok) faults.set(order.itemIndex, refusedEntry(entry?.message));
			else {
				const job = submittedJob(session.provider.id, order, success(entry.value, entries.raw));
				memory.remember(order.idempotencyKey, job);
				session.noteJob(job.jobId, order.itemIndex);
				noteDialect(session, job.jobId, dialect);
			}
		});
	}
	return faults;
}

interface Chunk {
	dialect: Dialect;
	chunk: PlannedOrder[];
}

/** Items that the dialect takes in a batch, with one address to call back, as many at a time as a batch may have. */
function chunksOf(
	session: Session,
	memory: SubmitMemory,
	orders: readonly PlannedOrder[],
): Chunk[] {
	const chunks: Chunk[] = [];
	for (const order of orders) {
		const dialect = session.provider.dialectFor(order.request);
		const { idempotencyKey: key } = order;
		// A file goes as a form of its own.
		if (!dialect.batch || order.loadImage || memory.recall(key) || memory.doubtOf(key)) continue;
		const { callbackUrl } = order.request;
		const { maxRequests } = dialect.batch;
		const open = chunks.find(
			({ chunk }) => chunk.length < maxRequests && chunk[0]?.request.callbackUrl === callbackUrl,
		);
		if (open) open.chunk.push(order);
		else chunks.push({ dialect, chunk: [order] });
	}
	return chunks;
}

async function submitChunk(
	session: Session,
	dialect: Dialect,
	chunk: readonly PlannedOrder[],
): Promise<Outcome<BatchEntry[]>> {
	const { batch } = dialect;
	const [first] = chunk;
	if (!batch || !first) return success([]);
	const submission = {
		requests: chunk.map(({ request }) => request),
		callbackUrl: first.request.callbackUrl,
		idempotencyKey: keyOf(chunk.map(({ idempotencyKey }) => idempotencyKey)),
	};
	const { timeoutMs } = first;
	const idempotent = dialect.idempotent === true;
	const call = (until: number) => session.call(batch, submission, until);
	const entries = await callOnce(session, call, { timeoutMs, idempotent });
	if (!entries.ok || entries.value.length === chunk.length) return entries;
	return { ok: false, fault: wrongNumber(entries.value, chunk.length) };
}

/** Which job is whose cannot be told, but none of them may be lost. */
function wrongNumber(entries: readonly BatchEntry[], wanted: number): Fault {
	const ids = entries.flatMap((entry) => (entry.ok ? [entry.value.jobId] : []));
	return inputFault(
		`The provider answered a batch of ${wanted} items with ${ids.length} jobs, so it is not known which job belongs to which item: ${ids.join(', ')}`,
		'The jobs go on and are charged: look them up with Check Status. Submit the items one by one from now on.',
	);
}

const refusedEntry = (message = 'no reason was given') =>
	inputFault(`The provider did not take this item of the batch: ${message}`);
