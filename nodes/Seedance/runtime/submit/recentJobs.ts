import { success, type Outcome, type Success } from '../../core/fault';
import type { JobReading } from '../../core/job';
import type { Dialect, LostSubmission } from '../../core/provider';
import { readSubmitted } from '../../core/replies';
import type { Session } from '../api/session';
import type { UnansweredSubmit } from '../limits/account';

/** The pauses before each read of the list, in milliseconds. A new job may appear in it with a delay. */
const LOOK_PAUSES_MS = [1_000, 4_000, 10_000];
/** The largest assumed difference between the provider's clock and ours, in milliseconds. [us] */
const CLOCK_SKEW_MS = 5_000;
/** The pause after each read of the list, in milliseconds. Some providers allow one a second. */
const LIST_INTERVAL_MS = 1_000;

/**
 * Looks for the job of a submit whose answer was lost in the account's list of recent jobs. A job is taken only if it
 * is certain: it is the only unknown job of that time that may come from this submission, and it cannot come from
 * another submit of this process without an answer.
 *
 * Another item's fault does not end the search, because the job may have been paid for.
 *
 * @returns undefined if there is no list, or if it is not certain which job it is
 */
export async function findLostJob(
	session: Session,
	{ recent }: Dialect,
	submit: UnansweredSubmit,
): Promise<Success<JobReading> | undefined> {
	if (!recent) return undefined;
	const { clock, toTheEnd, account } = session;
	for (const pauseMs of LOOK_PAUSES_MS) {
		if (!(await clock.sleep(pauseMs, toTheEnd.signal))) return undefined;
		const listed = await list(session, recent, submit);
		if (!listed?.ok) continue;
		const jobsOf = (each: UnansweredSubmit) =>
			recent.response(listed.raw, each, 200).filter((job) => isOfThatTime(job, each));
		const unknown = jobsOf(submit).filter(({ jobId }) => !account.newJobs.get(jobId));
		const [found] = unknown;
		if (!found || unknown.length > 1) continue;
		const rivals = account.unanswered.besides(submit);
		const isRival = (each: UnansweredSubmit) =>
			jobsOf(each).some((job) => job.jobId === found.jobId);
		// A list may say that a job is done without the address of its file.
		if (!rivals.some(isRival)) return success(readSubmitted(found));
	}
	return undefined;
}

async function list(
	{ account, clock, toTheEnd }: Session,
	recent: Required<Dialect>['recent'],
	submission: LostSubmission,
): Promise<Outcome<JobReading[]> | undefined> {
	const turn = { clock, signal: toTheEnd.signal };
	const listed = await account.listings.run(async () => {
		const answer = await toTheEnd.call('account', recent, submission);
		await clock.sleep(LIST_INTERVAL_MS, toTheEnd.signal);
		return answer;
	}, turn);
	return typeof listed === 'string' ? undefined : listed;
}

function isOfThatTime({ createdAt }: JobReading, { sentAt, lostAt = Infinity }: UnansweredSubmit) {
	const created = Date.parse(createdAt ?? '');
	return created >= sentAt - CLOCK_SKEW_MS && created <= lostAt + CLOCK_SKEW_MS;
}
