/** Looking for the job of a submit whose answer was lost. A wrong one is another item's video; none may be paid twice. */
import { success } from '../../nodes/Seedance/core/fault';
import type { JobReading } from '../../nodes/Seedance/core/job';
import type { Dialect, LostSubmission, Submission } from '../../nodes/Seedance/core/provider';
import { findLostJob } from '../../nodes/Seedance/runtime/submit/recentJobs';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const start = Date.UTC(2026, 10, 30, 12);
const submissionOf = (prompt: string): Submission => ({
	request: { model: 'm', mode: 'textToVideo', prompt },
	idempotencyKey: `key of ${prompt}`,
});
/** A job with its prompt, as some providers list them, made so many milliseconds after the start. */
const listed = (jobId: string, afterMs = 0, prompt = 'A lamp') => ({ jobId, afterMs, prompt });
type Listed = ReturnType<typeof listed>;

/** The list at each reading, the last one again and again; undefined: it cannot be read. */
async function looking(lists: Array<Listed[] | undefined>, lostAfterMs = 1_000) {
	const clock = new VirtualClock(start);
	const readAt: number[] = [];
	const told: unknown[] = [];
	const session = scriptedSession(clock, ({ input }) => {
		told.push((input as LostSubmission).sentAt);
		readAt.push(clock.now() - start - lostAfterMs);
		const list = lists[Math.min(readAt.length, lists.length) - 1];
		return list ? success([], list) : silence;
	});
	const { unanswered, newJobs } = session.account;
	const submission = submissionOf('A lamp');
	unanswered.add(submission, start);
	await clock.sleep(lostAfterMs);
	const lost = unanswered.lost(submission.idempotencyKey, clock.now())!;
	const recent: Dialect['recent'] = {
		request: () => ({ method: 'GET', path: '/jobs' }),
		response: (body, { request }): JobReading[] =>
			(body as Listed[])
				.filter(({ prompt }) => prompt === request.prompt)
				.map(({ jobId, afterMs }) => {
					const createdAt = Number.isNaN(afterMs) ? null : new Date(start + afterMs).toISOString();
					return { jobId, status: 'queued', createdAt };
				}),
	};
	const find = async (dialect: Partial<Dialect> = { recent }) => {
		const found = await findLostJob(session, dialect as Dialect, lost);
		return found?.value.jobId;
	};
	return { clock, find, readAt, told, newJobs, unanswered };
}

it('is found in the list, a second after the answer was lost', async () => {
	const { find, readAt } = await looking([[listed('job_1')]]);
	expect(await find()).toBe('job_1');
	expect(readAt).toEqual([1_000]);
});

it('is looked for among the jobs since its submit', async () => {
	const { find, told } = await looking([[listed('job_1')]]);
	await find();
	expect(told).toEqual([start]);
});

it('may appear late, or where the list could not be read before', async () => {
	const { find, readAt } = await looking([[], undefined, [listed('job_1')]]);
	expect(await find()).toBe('job_1');
	// Each reading is followed by a second of rest.
	expect(readAt).toEqual([1_000, 6_000, 17_000]);
});

it('is given up after three readings', async () => {
	const { find, readAt } = await looking([[]]);
	expect(await find()).toBeUndefined();
	expect(readAt).toHaveLength(3);
});

it('cannot be found where there is no list', async () => {
	const { find, readAt } = await looking([[listed('job_1')]]);
	expect(await find({})).toBeUndefined();
	expect(readAt).toEqual([]);
});

it.each<[string, Listed[]]>([
	['of two, either', [listed('job_1'), listed('job_2')]],
	['of another item', [listed('job_1', 0, 'A vase')]],
	['from before', [listed('job_1', -5_001)]],
	['from after', [listed('job_1', 6_001)]],
	['without a time', [listed('job_1', NaN)]],
])('is not a job %s', async (_, list) => {
	const { find } = await looking([list]);
	expect(await find()).toBeUndefined();
});

it.each([-5_000, 6_000])('may be %i ms off, because clocks are', async (afterMs) => {
	const { find } = await looking([[listed('job_1', afterMs)]]);
	expect(await find()).toBe('job_1');
});

it('is not a job that another submit of this process has been given', async () => {
	const { find, newJobs } = await looking([[listed('job_1'), listed('job_2')]]);
	newJobs.add('job_1', start);
	expect(await find()).toBe('job_2');
});

describe('where another submit has no answer either', () => {
	it.each<[string, string, number, string | undefined]>([
		['and may have made it', 'A lamp', 0, undefined],
		['and is of another item', 'A vase', 0, 'job_1'],
		['and was sent later', 'A lamp', 5_001, 'job_1'],
	])('%s', async (_, prompt, sentAfterMs, found) => {
		const { find, unanswered } = await looking([[listed('job_1')]]);
		unanswered.add({ ...submissionOf(prompt), idempotencyKey: 'another' }, start + sentAfterMs);
		expect(await find()).toBe(found);
	});
});

it('ends with the run', async () => {
	const { find, clock, readAt } = await looking([[listed('job_1')]]);
	clock.stopIn(500);
	expect(await find()).toBeUndefined();
	expect(readAt).toEqual([]);
});
