import { failure, inputFault, success, type Fault, type Outcome } from '../../core/fault';
import type { BatchEntry, Dialect } from '../../core/provider';
import { callOnce } from '../api/callOnce';
import { keyOf } from './idempotency';
import type { OpenBatch } from './memory';
import type { GenerateItem } from './readItem';
import type { RunOptions } from './runOptions';
import { CHANGED_SINCE, noteAmbiguousSubmit, noteSubmitted } from './submit';
import type { SubmitContext } from './submitItem';

type BatchDialect = Dialect & Required<Pick<Dialect, 'batch'>>;

/** A batch, either new or left without a clear answer by an earlier try. */
interface Chunk extends OpenBatch {
	/** Undefined if the batch of an earlier try cannot be repeated with the current settings. */
	dialect?: BatchDialect;
	isRepeated: boolean;
}

/**
 * Submits the items that can be combined in batches. Each item gets its own job, which is stored in the memory, where
 * the later submit of the item finds it. Batches that an earlier try has left without a clear answer are resolved
 * first, even if the items are now to be submitted one by one.
 *
 * @returns the faults by item index; an item without a fault either has its job now or cannot be part of a batch
 */
export async function submitBatches(
	context: SubmitContext,
	items: readonly GenerateItem[],
	submitAs: RunOptions['submitAs'],
): Promise<Map<number, Fault>> {
	const faults = new Map<number, Fault>();
	const byKey = new Map(items.map((item) => [item.memoryKey, item]));
	const left = chunksLeft(context, items[0]?.settings);
	const fresh = submitAs === 'batch' ? freshChunks(context, items, left) : [];
	for (const { dialect, ...chunk } of [...left, ...fresh]) {
		if (context.session.signal.aborted) break;
		const { timeoutMs = 0 } = items[0] ?? {};
		const itemIndexes = chunk.members.flatMap((each) => byKey.get(each.memoryKey)?.itemIndex ?? []);
		const entries: Outcome<BatchEntry[]> = dialect
			? await submitChunk(context, { ...chunk, dialect }, { timeoutMs, itemIndexes })
			: failure(CHANGED_SINCE);
		for (const [index, { memoryKey }] of chunk.members.entries()) {
			const item = byKey.get(memoryKey);
			if (!item) continue;
			const entry: BatchEntry | undefined = entries.ok ? entries.value[index] : undefined;
			if (!entries.ok) faults.set(item.itemIndex, entries.fault);
			else if (!entry?.ok) faults.set(item.itemIndex, refusedEntry(entry?.message));
			else if (dialect) noteSubmitted(context, item, dialect, success(entry.value, entries.raw));
		}
	}
	return faults;
}

/** Batches of an earlier try without a clear answer are repeated unchanged, or not at all. */
function chunksLeft({ session, memory }: SubmitContext, settings: string | undefined): Chunk[] {
	return memory.openBatches().map((open) => {
		const [first] = open.members;
		const dialect = first && session.provider.dialectForRequest(first.request);
		const repeats = dialect && takesBatches(dialect) && open.settings === settings;
		return { ...open, dialect: repeats ? dialect : undefined, isRepeated: true };
	});
}

/** New batches of all other items that can be combined. */
function freshChunks(
	{ session, memory }: SubmitContext,
	items: readonly GenerateItem[],
	left: readonly Chunk[],
): Chunk[] {
	const repeated = new Set(left.flatMap(({ members }) => members.map((each) => each.memoryKey)));
	const groups: Array<{ dialect: BatchDialect; items: GenerateItem[] }> = [];
	for (const item of items) {
		const dialect = session.provider.dialectForRequest(item.request);
		const { loadFiles, isShared, memoryKey } = item;
		// A file needs its own multipart request. An item with a shared key is sent separately, because otherwise the
		// provider does not see that key. An item that was sent separately before is repeated separately.
		const isSeparate = loadFiles || isShared || memory.of(memoryKey) !== undefined;
		if (!takesBatches(dialect) || isSeparate || repeated.has(memoryKey)) continue;
		const { callbackUrl } = item.request;
		const open = groups.find(
			(group) =>
				group.items.length < dialect.batch.maxRequests &&
				group.items[0]?.request.callbackUrl === callbackUrl,
		);
		if (open) open.items.push(item);
		else groups.push({ dialect, items: [item] });
	}
	return groups.map(({ dialect, items: members }) => ({
		dialect,
		isRepeated: false,
		settings: members[0]?.settings ?? '',
		idempotencyKey: keyOf(members.map(({ idempotencyKey }) => idempotencyKey)),
		members: members.map(({ memoryKey, request }) => ({ memoryKey, request })),
	}));
}

const takesBatches = (dialect: Dialect): dialect is BatchDialect => dialect.batch !== undefined;

async function submitChunk(
	{ session, memory }: SubmitContext,
	{ dialect, isRepeated, ...open }: Chunk & { dialect: BatchDialect },
	{ timeoutMs, itemIndexes }: { timeoutMs: number; itemIndexes: number[] },
): Promise<Outcome<BatchEntry[]>> {
	const { batch } = dialect;
	const { members, idempotencyKey } = open;
	const requests = members.map(({ request }) => request);
	const submission = { requests, callbackUrl: requests[0]?.callbackUrl, idempotencyKey };
	const idempotent = dialect.idempotent === true;
	const onSend = () => session.noteSubmit(itemIndexes, idempotent ? idempotencyKey : undefined);
	const entries = await callOnce(
		session,
		(until, from) => from.call('submit', batch, submission, { until, onSend }),
		{ timeoutMs, idempotent, isRepeated },
	);
	memory.closeBatch(idempotencyKey);
	if (entries.ok && entries.value.length === members.length) return entries;
	const fault = entries.ok ? wrongNumber(entries.value, members.length) : entries.fault;
	if (!entries.ok && fault.ambiguous && idempotent) memory.noteBatch(open);
	else for (const member of members) noteAmbiguousSubmit(memory, member, fault);
	return failure(fault);
}

/** It is unknown which job belongs to which item, but none of them may be lost or made again. */
function wrongNumber(entries: readonly BatchEntry[], wanted: number): Fault {
	const ids = entries.flatMap((entry) => (entry.ok ? [entry.value.jobId] : []));
	const fault = inputFault(
		`The provider answered a batch of ${wanted} items with ${ids.length} jobs, so it is not known which job belongs to which item: ${ids.join(', ')}`,
		'The jobs continue and are charged: look them up with Check Status. Submit the items one by one from now on.',
	);
	return { ...fault, ambiguous: true };
}

const refusedEntry = (message = 'no reason was given') =>
	inputFault(`The provider did not accept this item of the batch: ${message}`);
