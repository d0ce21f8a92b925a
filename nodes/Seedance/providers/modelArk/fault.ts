import type { Intent, Provider } from '../../core/provider';
import { z } from '../../core/zod';
import { wordsOf } from './words';

const words = z.string().trim().min(1);
const errorBody = z.object({
	error: z.object({
		code: words.catch(''),
		message: words.optional().catch(undefined),
	}),
});

interface Words {
	message: string;
	hint: string;
}

const ACTIVATE: Words = {
	message: 'This model is not activated in the ModelArk account',
	hint: 'Activate it in the ModelArk console, under Model Activation. Seedance 2.0 and 2.5 need a balance of more than US$30 (China: more than CNY 200), a savings plan or a resource pack.',
};
const ARREARS: Words = {
	message: 'The ModelArk account has unpaid bills',
	hint: 'Pay them in the billing console. The account works again a few minutes later.',
};

/** By the beginning of the code, the longest first. [doc] */
const FAULTS: ReadonlyArray<[string, Words]> = [
	['ModelNotOpen', ACTIVATE],
	['OperationDenied.ServiceNotOpen', ACTIVATE],
	['OperationDenied.ServiceOverdue', ARREARS],
	['AccountOverdueError', ARREARS],
	[
		'InvalidEndpointOrModel.ModelIDAccessDisabled',
		{
			message: 'This account may not use models by their own ID',
			hint: 'Create an endpoint for the model in the ModelArk console, and enter its ID (ep-…) in the option "Model ID".',
		},
	],
	[
		'InvalidEndpointOrModel',
		{
			message: 'ModelArk does not know this model or endpoint in the region of the credential',
			hint: 'Check the option "Model ID", and "Region" in the credential. Models are retired, and not every region has every model.',
		},
	],
	[
		'InvalidAction.RunningTaskDeletion',
		{
			message: 'The job is running and cannot be cancelled any more, so it will be charged',
			hint: 'It continues. Get its result with Check Status.',
		},
	],
	[
		'InvalidAccountStatus',
		{
			message: 'The ModelArk account is locked or not verified',
			hint: 'Look at the messages in the console of BytePlus or Volcengine.',
		},
	],
];

/** A key works in one region only, and the answer is the same for a wrong key and for one of another region. */
const WRONG_KEY_HINT =
	'Check "Region" in the credential: a key works only in the region where it was made. If it is right, paste the key again; keys are in the ModelArk console, under API Keys.';

/** More of these requests would not help: the user must act. [doc] */
const QUOTAS: ReadonlyArray<[string, Words]> = [
	[
		'QuotaExceeded',
		{
			message: 'The ModelArk account has reached a quota',
			hint: 'Either the free trial is used up, or too many jobs wait in the queue of the account. Activate the model for payment, or wait until jobs have ended.',
		},
	],
	[
		'SetLimitExceeded',
		{
			message: 'The ModelArk account has reached the limit that was set for it in the console',
			hint: 'Raise the limit of the safe experience mode in the console, or turn it off.',
		},
	],
];

const wordsIn = (rows: ReadonlyArray<[string, Words]>, code: string): Words | undefined =>
	rows.find(([start]) => code.startsWith(start))?.[1];

export function fault(
	httpStatus: number,
	body: unknown,
	intent: Intent,
): ReturnType<Provider['fault']> {
	const { code = '', message } = errorBody.safeParse(body).data?.error ?? {};
	const named = { code: code || undefined };
	const quoted = message === undefined ? '' : `: ${message}`;
	const known = wordsIn(FAULTS, code);
	if (known) return { ...named, ...known };
	if (httpStatus === 401) return { ...named, hint: WRONG_KEY_HINT };
	if (httpStatus === 429) {
		const quota = wordsIn(QUOTAS, code);
		if (!quota) return named;
		const { hint } = quota;
		return { ...named, message: `${quota.message}${quoted}`, hint, transient: false };
	}
	if (httpStatus === 403) {
		return {
			...named,
			message: `ModelArk does not allow this${quoted}`,
			hint: 'Check the permissions of the API key in the ModelArk console.',
		};
	}
	if (httpStatus === 404 && (intent === 'ask' || intent === 'cancel')) {
		return {
			...named,
			message: 'ModelArk knows no job with this ID',
			hint: 'It keeps jobs for 7 days, and each only for the account and the region that made it. Images have no job: their address is only in the output of Generate Image.',
		};
	}
	const moderated = wordsOf(code);
	if (moderated)
		return { ...named, message: moderated, hint: `ModelArk says${quoted || ' no more'}` };
	if (httpStatus >= 500 || message === undefined) return named;
	return { ...named, message: `BytePlus ModelArk did not accept the request: ${message}` };
}
