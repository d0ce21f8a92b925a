import type { IDataObject } from 'n8n-workflow';
import type { Fault } from '../../core/fault';
import { jobFrom } from '../../core/job';
import type { Model } from '../../core/model';
import type { PlainResult } from '../items/result';
import type { SubmitItem } from './submitItem';

/**
 * An item for which nothing was submitted, in the form of a job, with its estimated cost.
 *
 * @param fault why; absent if the user wanted only the estimate
 */
export function notSubmitted(
	providerId: string,
	{ request, creditsEstimated, costUsdEstimated }: SubmitItem,
	fault?: Fault,
	makes: Model['makes'] = 'video',
): PlainResult {
	const { model, metadata = null } = request;
	const known = { model, metadata, creditsEstimated, costUsdEstimated, [`${makes}Url`]: null };
	const job = jobFrom(known, '', providerId);
	const failure = fault ? { code: fault.code ?? 'not_submitted', message: fault.message } : null;
	const json = { ...job, jobId: null, status: 'not_submitted', failure };
	return { json: json as unknown as IDataObject };
}
