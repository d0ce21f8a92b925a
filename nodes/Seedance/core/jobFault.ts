import { inputFault, type Fault } from './fault';
import { kindOf, type Job } from './job';

/**
 * The fault of a job without a result, for nodes that are set to fail. Undefined if the result exists or the job is
 * still processing.
 */
export function faultOfJob(job: Job): Fault | undefined {
	const what = kindOf(job);
	const because = job.failure ? `: ${job.failure.message}` : '';
	const words: Partial<Record<Job['status'], [message: string, hint: string]>> = {
		failed: [`The provider could not make the ${what}${because}`, hintOfFailure(job)],
		cancelled: [
			`The job was cancelled${because}`,
			`${costOfNothing('Cancelled', job.creditsCharged)} Run the item again if this was not intended.`,
		],
		timed_out: [
			`The ${what} was not ready in time${because}`,
			'It may still finish: look it up later with Check Status, or raise "Timeout (Minutes)".',
		],
	};
	const found = words[job.status];
	return found && withJobId(inputFault(...found), job.jobId);
}

const costOfNothing = (what: 'Failed' | 'Cancelled', creditsCharged: number | null): string =>
	creditsCharged === 0
		? `${what} jobs cost nothing.`
		: 'The provider does not say whether it has charged the job.';

function hintOfFailure({ creditsCharged, costUsd, failure: reason }: Job): string {
	const price = creditsCharged
		? `${creditsCharged} credits`
		: costUsd
			? `US$${costUsd}`
			: undefined;
	if (price)
		return `The provider reports a charge of ${price} for it: ask its support with the job ID.`;
	// The job finished without an address, so a new prompt would not help.
	if (reason?.code.endsWith('_url')) return 'Ask its support with the job ID.';
	return `${costOfNothing('Failed', creditsCharged)} Change the prompt or the image and run the item again, in a new execution or with "Retry" in the list of executions. Retry On Fail returns the same job.`;
}

/** The fault with the job's ID in its message, because an error is all that n8n 1.x passes on. */
export function withJobId(fault: Fault, jobId: string | undefined): Fault {
	if (jobId === undefined || fault.message.includes(jobId)) return fault;
	return { ...fault, message: `${withoutStop(fault.message)} (job ${jobId})` };
}

/** Providers end their sentences with a full stop, but our sentence continues. */
export const withoutStop = (text: string): string => text.replace(/\.$/, '');
