import type { IWebhookFunctions } from 'n8n-workflow';
import type { Fault } from '../../core/fault';
import { isSettled, newJob, updateJob, type Job, type JobReading } from '../../core/job';
import { shorten } from '../../core/parameters';
import { confirmJob } from './confirmJob';
import type { Callback } from './receive';

/** Whether a callback says that a job is settled, or may say so. */
export const isClaim = (reading: JobReading): boolean =>
	isSettled(reading) || reading.unknownStatus !== undefined;

/** Some providers also call when a job begins. That wakes nobody, and costs no request. */
export const isNoEnd = ({ readings }: Pick<Callback, 'readings'>): boolean =>
	readings.length > 0 && !readings.some(isClaim);

/**
 * The job as we believe it to be. By the body alone only where the provider has signed it, we understand it and the user
 * wants no more; or where the provider has signed it and cannot be asked.
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
	// What was sent along is known for sure only from those who signed; the API may leave it out.
	const { model, metadata, reference } = byBody;
	const known = isSigned ? { ...blank, model, metadata, reference } : blank;
	const asked = await confirmJob(session, known, { isClaimed: isClaim(reading), next });
	if (asked === 'replaced') return undefined;
	if (asked.ok) {
		if (isClaim(reading) && !isSettled(asked.value)) warnOfLag(ctx, reading, asked.value);
		return asked.value;
	}
	// "No such job" is the provider's word, too: an old callback that somebody sends again, for example.
	const isEmitted = isSigned && isSettled(reading) && asked.fault.httpStatus !== 404;
	warn(ctx, reading, asked.fault, isEmitted);
	return isEmitted ? byBody : undefined;
}

export const aboutJob = (reading: JobReading): string =>
	`Seedance Trigger: a callback about the job ${shorten(reading.jobId, 60)}`;

function warn(ctx: IWebhookFunctions, reading: JobReading, fault: Fault, isEmitted: boolean): void {
	const end = isEmitted
		? 'it is signed, so it starts the workflow as it is'
		: 'it cannot be confirmed, so it starts nothing';
	ctx.logger.warn(`${aboutJob(reading)}: ${end}. ${fault.message}`);
}

function warnOfLag(ctx: IWebhookFunctions, reading: JobReading, { status }: Job): void {
	ctx.logger.warn(
		`${aboutJob(reading)} is not confirmed: minutes later the provider still says "${status}". It starts nothing; look the job up with Check Status.`,
	);
}
