import { failure, success, type Outcome } from '../../core/fault';
import type { Job } from '../../core/job';
import { isMediaThere } from '../api/download';
import { keyOf } from './idempotency';
import { endedInVain, type SubmitMemory } from './memory';
import type { PlannedOrder } from './readItem';
import type { KeptJobs } from './reuse';
import type { Session } from '../api/session';
import { submit } from './submit';
import { orKnown, readJob } from '../wait/waitForJob';
import type { Caller } from '../api/send';

/** Jobs of earlier executions, and how to get at them. */
export interface Past {
	ctx: Caller;
	session: Session;
	memory: SubmitMemory;
	/** Finished ones, by content, for Reuse Identical. */
	finished: KeptJobs;
	/** Submitted ones, by a key that executions share. */
	byKey: KeptJobs;
}

/** As long as the files of the providers that tell it last, and as our stand-in remembers a key. [us] */
const KEY_LIFETIME_MS = 24 * 3_600_000;

/**
 * Looks for what makes submitting needless: a finished job of the same content, or a job under the same key. The latter is
 * put into the memory, where the submit finds it. Costs nothing.
 */
export async function lookBack(past: Past, order: PlannedOrder): Promise<Outcome<PlannedOrder>> {
	if (past.memory.of(order.memoryKey)) return success(order);
	const reused = await findFinished(past, order);
	if (!reused.ok) return reused;
	if (reused.value) return success({ ...order, reused: reused.value });
	return success(order.isShared ? await underKey(past, order) : order);
}

async function findFinished(
	{ ctx, session, finished }: Past,
	{ reuse }: PlannedOrder,
): Promise<Outcome<Job | undefined>> {
	const found = reuse && finished.find(reuse.contentKey, reuse.maxAgeMs, session.clock.now());
	if (!found) return success(undefined);
	const there = await isMediaThere(ctx, session, found);
	if (!there.ok) return UNCLEAR;
	if (there.value) return success(found);
	finished.drop(reuse.contentKey);
	return success(undefined);
}

/** A job that was kept under the item's key; or the next key, where that one has failed: it may be made again. */
async function underKey(
	{ session, memory, byKey }: Past,
	order: PlannedOrder,
): Promise<PlannedOrder> {
	const { memoryKey } = order;
	const kept = byKey.find(memoryKey, KEY_LIFETIME_MS, session.clock.now());
	if (!kept) return order;
	const asked = orKnown(await readJob(session, kept), kept);
	// Not known any more: the provider decides by the key.
	if (!asked.ok) return order;
	if (endedInVain(asked.value)) return withNextKey(order, asked.value);
	memory.note(memoryKey, { job: asked.value });
	return order;
}

const withNextKey = (order: PlannedOrder, { jobId }: Job): PlannedOrder => ({
	...order,
	idempotencyKey: keyOf([order.memoryKey, jobId]),
});

/** A job that is so much older than the submit that gave it, in milliseconds, was made by another one. */
const OLDER_MS = 120_000;
/** Failed jobs under one key that are passed over. */
const MOST_FAILED = 10;

/**
 * Submits under a key that other executions share. The provider may give the job that is known by it: where that has
 * failed long ago, the request is made again, under the next key.
 */
export async function submitShared(past: Past, given: PlannedOrder): Promise<Outcome<Job>> {
	const { session, memory, byKey } = past;
	let order = given;
	for (let failed = 0; ; failed += 1) {
		const now = session.clock.now();
		const submitted = await submit(session, memory, order);
		if (!submitted.ok) return submitted;
		const isOld = Date.parse(submitted.value.createdAt ?? '') < now - OLDER_MS;
		const asked = isOld ? await readJob(session, submitted.value) : submitted;
		const job = asked.ok ? asked.value : submitted.value;
		if (!isOld || !endedInVain(job) || failed === MOST_FAILED) {
			byKey.keep(order.memoryKey, job, now);
			return success(job);
		}
		memory.forget(order.memoryKey, job.jobId);
		order = withNextKey(order, job);
	}
}

const UNCLEAR = failure({
	message: 'The file of the finished job that could be reused cannot be reached just now',
	hint: 'Nothing was submitted for this item. Try again later, or set "Reuse Identical (Hours)" to 0 to make it anew.',
	code: 'reuse_unclear',
	transient: true,
	ambiguous: false,
});
