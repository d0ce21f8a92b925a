import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';
import type { Fault } from '../../core/fault';
import type { Job } from '../../core/job';

/** The result of one input item. */
export type ItemResult = JobResult | PlainResult | FaultResult;
export interface PlainResult {
	json: IDataObject;
}
export interface JobResult {
	job: Job;
	/** Fields in addition to the job's own. */
	extra?: IDataObject;
	binary?: IBinaryKeyData;
}
export interface FaultResult {
	fault: Fault;
	jobId?: string;
	/** Said by the nodes that submit; a job with an ID has started in any case. */
	jobStarted?: JobStarted;
}
/** Whether there is a job although there is an error. Only `no` means that nothing can have been charged. */
export type JobStarted = 'no' | 'maybe' | 'yes';
