import type { IWebhookFunctions } from 'n8n-workflow';
import { isSettled, newJob, updateJob, type Job, type JobReading } from '../../core/job';
import { shorten } from '../../core/parameters';
import type { Outcome } from '../../core/fault';
import { retry, type RetryPolicy } from '../api/retry';
import type { Session } from '../api/session';
import type { Clock } from '../limits/clock';
import { readJob } from '../wait/waitForJob';
import type { Callback } from './receive';
import { ASK_AGAIN_PAUSES_MS } from './waitState';

/** A callback may arrive before the provider's own status changes. The pauses before we ask again, in milliseconds. */
const CLAIM_PAUSES_MS = [1_000, 2_000];

/** Applies after the retries of `readJob` itself. */
const PATIENT: RetryPolicy = [{ while: (fault) => fault.transient, pauses: ASK_AGAIN_PAUSES_MS }];

/** Whether a callback says that a job is settled, or may mean that. */
export const isClaim = (reading: JobReading): boolean =>
	isSettled(reading) || reading.unknownStatus !== undefined;

/** Some providers also call when a job begins. Such a callback wakes nobody and costs no request. */
export const isNoEnd = ({ readings }: Pick<Callback, 'readings'>): boolean =>
	readings.length > 0 && !readings.some(isClaim);

/**
 * The job as we believe it to be. We believe the body alone in two cases: the provider has signed it, we understand it
 * and the user asks for no more; or the provider has signed it and cannot be reached.
 */
export async function believedJob(
	ctx: IWebhookFunctions,
	{ session, body, sender }: Callback,
	reading: JobReading,
	next: Promise<void>,
): Promise<Job | undefined> {
	const isSigned = sender === 'signed';
	const blank = newJob(reading.jobId, session.provider.id);
	const byBody = updateJob(blank, reading, body);
	const isUnderstood = reading.unknownStatus === undefined;
	const isEnough = ctx.getNodeParameter('verifyWithApi', true) === false;
	if (isSigned && isUnderstood && isEnough) return byBody;
	// Only a signed body proves what was sent with the job. The API may leave it out.
	const { model, metadata, reference } = byBody;
	const known = isSigned ? { ...blank, model, metadata, reference } : blank;
	const asked = await confirmJob(session, known, isClaim(reading), next);
	if (asked === 'replaced') return undefined;
	const warn = (what: string) => ctx.logger.warn(`${aboutJob(reading)}${what}`);
	if (asked.ok) {
		const { status } = asked.value;
		if (isClaim(reading) && !isSettled(asked.value))
			warn(
				` is not confirmed: minutes later the provider still says "${status}". It starts nothing; look the job up with Check Status.`,
			);
		return asked.value;
	}
	// "No such job" is the provider's own answer, for example to an old callback that somebody sends again.
	const isEmitted = isSigned && isSettled(reading) && asked.fault.httpStatus !== 404;
	const end = isEmitted
		? 'it is signed, so it starts the workflow as it is'
		: 'it cannot be confirmed, so it starts nothing';
	warn(`: ${end}. ${asked.fault.message}`);
	return isEmitted ? byBody : undefined;
}

export const aboutJob = (reading: JobReading): string =>
	`Seedance Trigger: a callback about the job ${shorten(reading.jobId, 60)}`;

/**
 * What the provider's API says about the job of a callback. Transient faults and an outdated status are waited out for
 * some minutes, because nobody calls a second time.
 *
 * @param isClaimed the callback says that the job is settled. If the API does not know this yet, we ask again later
 * @param next fulfilled when another callback about the job has arrived, which takes over the remaining work
 * @returns `replaced` if another callback has taken over
 */
export async function confirmJob(
	session: Session,
	job: Job,
	isClaimed: boolean,
	next?: Promise<void>,
): Promise<Outcome<Job> | 'replaced'> {
	const { clock } = session;
	const ask = () => retry(() => readJob(session, job), PATIENT, session);
	const replaced = new AbortController();
	void next?.then(() => replaced.abort());
	let asked = await askAboutClaim(clock, isClaimed, ask);
	for (const pauseMs of isClaimed ? ASK_AGAIN_PAUSES_MS : []) {
		// There is no point in waiting for a job that the provider does not know: by now, all its servers would know it.
		if (!asked.ok || isSettled(asked.value)) break;
		if (!(await clock.sleep(pauseMs, replaced.signal))) return 'replaced';
		asked = await ask();
	}
	return asked;
}

/**
 * Asks for a job. If the callback claims that it is settled and the API does not know this yet, asks again shortly
 * after.
 */
export async function askAboutClaim(
	clock: Clock,
	claimed: boolean,
	ask: () => Promise<Outcome<Job>>,
): Promise<Outcome<Job>> {
	for (const pauseMs of claimed ? CLAIM_PAUSES_MS : []) {
		const asked = await ask();
		if (asked.ok ? isSettled(asked.value) : asked.fault.httpStatus !== 404) return asked;
		await clock.sleep(pauseMs);
	}
	return await ask();
}
