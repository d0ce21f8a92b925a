import type { Fault } from '../../../nodes/Seedance/core/fault';
import type { Job, JobFailure } from '../../../nodes/Seedance/core/job';
import { CREDENTIAL_NAME, type DialectContract, type Wire } from '../dialect.ts';

// What is the same for every provider.

/** The error as a text, and as an object with a code. */
export const usualErrors: Wire['errors'] = [
	(message) => ({ error: message }),
	(message, code) => ({ error: { code, message } }),
];

type FaultRow = DialectContract['faults'][number];
type Words = FaultRow['fault'];

export const clear = { transient: false, ambiguous: false };
export const free: Partial<Job> = { creditsCharged: 0, costUsd: 0 };
export const checkFields = 'Check the fields of this node and "Base URL" in the credential.';

export const noAddress = (what: 'video' | 'image'): JobFailure => ({
	code: `no_${what}_url`,
	message: `The provider says that the ${what} is finished but gives no address for it. Ask its support about this job.`,
});

export const silent: JobFailure = { code: 'failed', message: 'The provider gives no reason' };

export const unknownWord = (word: string): JobFailure => ({
	code: 'unknown_status',
	message: `The provider reports the status "${word}", which this version of the nodes does not know. Check Status can look the job up again later.`,
});

export const wrongKey = (name: string): Words => ({
	httpStatus: 401,
	message: `${name} refused the API key of the credential "${CREDENTIAL_NAME}"`,
	hint: 'Open the credential, paste the key again and press "Retry". A key that was revoked must be replaced by a new one.',
	...clear,
});

export const tooMany = (name: string): Words => ({
	httpStatus: 429,
	message: `${name} is getting too many requests from this account`,
	hint: 'Try again in a minute, or lower "Requests per Minute" in the credential if other programs use the same key.',
	transient: true,
	ambiguous: false,
	retryAfterMs: 60_000,
});

export const itsProblem = (name: string, httpStatus: number, code?: string): Words => ({
	httpStatus,
	...(code ? { code } : {}),
	message: `${name} had an internal error (HTTP ${httpStatus})`,
	hint: 'Nothing is wrong with your workflow. Try again in a few minutes.',
	transient: true,
	ambiguous: true,
});

export const noSuchJob = (name: string, code?: string): Words => ({
	httpStatus: 404,
	...(code ? { code } : {}),
	message: `${name} knows no job with this ID`,
	hint: 'Check the job ID, and that the credential belongs to the account that submitted the job.',
	...clear,
});

export const refused = (fault: Partial<Fault> & { message: string }): Words => ({
	httpStatus: 400,
	hint: checkFields,
	...clear,
	...fault,
});
