import type { IDataObject } from 'n8n-workflow';
import { inputFault, type Fault } from '../../core/fault';
import { jobFrom, type Job } from '../../core/job';
import type { Provider } from '../../core/provider';
import { providers } from '../../providers';

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

/**
 * What is known of a job before the first request: everything, if the item is the output of one of our nodes. An item
 * about something else may have fields of the same names.
 */
export const jobFromItem = (json: IDataObject, jobId: string, providerId: string): Job =>
	jobFrom(json.jobId === jobId ? json : {}, jobId, providerId);
