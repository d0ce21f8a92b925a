import { failure, success, type Outcome } from '../../core/fault';
import { filmsOf, type Shot } from '../../core/films';
import { mediaOf, type Job } from '../../core/job';
import { CALLS_AT_ONCE, forEachConcurrent } from '../limits/concurrent';
import { isMediaThere, openerOf } from '../api/download';
import { keyOf } from './idempotency';
import { endedInVain } from './memory';
import type { GenerateItem } from './readItem';
import type { KeptJobs } from './reuse';
import { submit } from './submit';
import type { SubmitContext } from './submitItem';
import { orKnown, readJob } from '../wait/waitForJob';
import type { Caller } from '../api/send';

/** Access to the jobs of earlier executions. */
export interface Past extends SubmitContext {
	ctx: Caller;
	/** Finished jobs by content, for Reuse Identical. */
	finished: KeptJobs;
	/** Submitted jobs by shared key. */
	byKey: KeptJobs;
}

/** 24 hours, like the files of the providers that document an expiry, and like the keys in the sandbox. [us] */
const KEY_LIFETIME_MS = 24 * 3_600_000;

/**
 * Looks for jobs that make submits unnecessary, for all items of a run. An item that continues another one is looked for
 * only if that one has its job already: otherwise it would continue a video that is made again, and differently.
 */
export async function lookBackAll(
	past: Past,
	read: ReadonlyArray<Outcome<GenerateItem>>,
	shots: readonly Shot[],
): Promise<Array<Outcome<GenerateItem>>> {
	const items: Array<Outcome<GenerateItem>> = [];
	await forEachConcurrent(filmsOf(read.length, shots), CALLS_AT_ONCE, async (film) => {
		let isFound = true;
		for (const index of film) {
			const item = read[index]!;
			const looked: Outcome<GenerateItem> =
				item.ok && isFound ? await lookBack(past, item.value) : item;
			items[index] = looked;
			isFound = looked.ok && !isFresh(past, looked.value);
		}
	});
	return items;
}

/** Neither submitted nor reused: this item will cost money. */
export const isFresh = ({ memory }: Past, { memoryKey, reused }: GenerateItem): boolean =>
	!reused && !memory.of(memoryKey)?.job;

/**
 * Looks for a job that makes a submit unnecessary: a finished job of the same content, or a job under the same key. The
 * latter is stored in the memory, where the submit finds it. Costs nothing.
 */
export async function lookBack(past: Past, item: GenerateItem): Promise<Outcome<GenerateItem>> {
	if (past.memory.of(item.memoryKey)) return success(item);
	const reused = await findFinished(past, item);
	if (!reused.ok) return reused;
	if (reused.value) return success({ ...item, reused: reused.value });
	return success(item.isShared ? await underKey(past, item) : item);
}

async function findFinished(
	{ ctx, session, finished }: Past,
	{ reuse }: GenerateItem,
): Promise<Outcome<Job | undefined>> {
	const found = reuse && finished.find(reuse.contentKey, reuse.maxAgeMs, session.clock.now());
	if (!found) return success(undefined);
	const there = await isMediaThere(session, mediaOf(found), openerOf(ctx, session, found));
	if (!there.ok) return UNCLEAR;
	if (there.value) return success(found);
	finished.drop(reuse.contentKey);
	return success(undefined);
}

/**
 * Looks up the job that was stored under the item's key. If that job has failed, the item gets the next key, so that it
 * can be made again.
 */
async function underKey(
	{ session, memory, byKey }: Past,
	item: GenerateItem,
): Promise<GenerateItem> {
	const { memoryKey } = item;
	const kept = byKey.find(memoryKey, KEY_LIFETIME_MS, session.clock.now());
	if (!kept) return item;
	const asked = orKnown(await readJob(session, kept), kept);
	// The job is no longer known. The provider decides by the key.
	if (!asked.ok) return item;
	if (endedInVain(asked.value)) return withNextKey(item, asked.value);
	memory.note(memoryKey, { job: asked.value });
	return item;
}

const withNextKey = (item: GenerateItem, { jobId }: Job): GenerateItem => ({
	...item,
	idempotencyKey: keyOf([item.memoryKey, jobId]),
});

/** A job that is older than its submit by more than this was made by an earlier one. In milliseconds. */
const OLDER_MS = 120_000;
/** The maximum number of failed jobs that are skipped under one key. */
const MOST_FAILED = 10;

/**
 * Submits under a shared key. The provider may return the existing job of that key. If that job failed long ago, the
 * request is repeated under the next key.
 */
export async function submitShared(past: Past, given: GenerateItem): Promise<Outcome<Job>> {
	const { session, memory, byKey } = past;
	let item = given;
	for (let failed = 0; ; failed += 1) {
		const now = session.clock.now();
		const submitted = await submit(past, item);
		if (!submitted.ok) return submitted;
		const isOld = Date.parse(submitted.value.createdAt ?? '') < now - OLDER_MS;
		const asked = isOld ? await readJob(session, submitted.value) : submitted;
		const job = asked.ok ? asked.value : submitted.value;
		if (!isOld || !endedInVain(job) || failed === MOST_FAILED) {
			byKey.keep(item.memoryKey, job, now);
			return success(job);
		}
		memory.forget(item.memoryKey, job.jobId);
		item = withNextKey(item, job);
	}
}

const UNCLEAR = failure({
	message: 'The file of the finished job to be reused cannot be reached right now',
	hint: 'Nothing was submitted for this item. Try again later, or set "Reuse Identical (Hours)" to 0 to make a new one.',
	code: 'reuse_unclear',
	transient: true,
	ambiguous: false,
});
