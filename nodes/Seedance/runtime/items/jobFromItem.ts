import type { IDataObject } from 'n8n-workflow';
import { inputFault, type Fault } from '../../core/fault';
import { newJob, type Job } from '../../core/job';
import { optionalFlag, optionalNumber, optionalRecord, optionalText } from '../../core/replies';
import type { Provider } from '../../core/provider';
import { z } from '../../core/zod';
import { providers } from '../../providers';

/** An item may be the output of one of our nodes, or it may have fields of the same names with another meaning. */
const knownFields = z.object({
	model: optionalText,
	status: z
		.enum(['queued', 'processing', 'completed', 'failed', 'cancelled', 'timed_out'])
		.nullish()
		.catch(null),
	progress: optionalNumber,
	videoUrl: optionalText,
	imageUrl: optionalText,
	durationSeconds: optionalNumber,
	resolution: optionalText,
	hasAudio: optionalFlag,
	fileSizeBytes: optionalNumber,
	creditsCharged: optionalNumber,
	creditsEstimated: optionalNumber,
	costUsd: optionalNumber,
	costUsdEstimated: optionalNumber,
	estimatedSeconds: optionalNumber,
	createdAt: optionalText,
	completedAt: optionalText,
	expiresAt: optionalText,
	metadata: optionalRecord,
});

/**
 * A fault for an item whose job belongs to another provider. Only that provider knows the job, so no request is sent.
 */
export function wrongProvider(
	json: IDataObject,
	jobId: string,
	asked: Pick<Provider, 'id' | 'name'>,
): Fault | undefined {
	const owner = providers.find(({ id }) => id === json.provider);
	if (json.jobId !== jobId || !owner || owner.id === asked.id) return undefined;
	return inputFault(
		`The job ${jobId} was made with ${owner.name}, but this node asks ${asked.name}`,
		`Choose "${owner.name}" in "Provider". Where the items come from several providers, give each provider a node of its own.`,
	);
}

/** What is known of a job before the first request: everything, if the item is the output of one of our nodes. */
export function jobFromItem(json: IDataObject, jobId: string, providerId: string): Job {
	const blank = newJob(jobId, providerId);
	if (json.jobId !== jobId) return blank;
	const fields = Object.entries(knownFields.parse(json));
	const known = fields.filter(([, value]) => value !== undefined && value !== null);
	const job: Job = { ...blank, ...(Object.fromEntries(known) as Partial<Job>) };
	if (json.imageUrl !== undefined) {
		job.imageUrl ??= null;
		delete job.videoUrl;
	}
	return job;
}
