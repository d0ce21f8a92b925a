import type { IWebhookFunctions } from 'n8n-workflow';
import { isSettled, newJob, updateJob, type Job, type JobReading } from '../../core/job';
import { shorten } from '../../core/parameters';
import { confirmJob } from './confirmJob';
import type { Callback } from './receive';

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
	const asked = await confirmJob(session, known, { isClaimed: isClaim(reading), next });
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
