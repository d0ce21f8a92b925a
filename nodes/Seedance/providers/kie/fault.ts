import type { Intent, Provider } from '../../core/provider';
import { anyJobId } from '../../core/replies';
import { z } from '../../core/zod';

// Errors of kie.ai: a code in the body, whose HTTP status may be 200. [doc]

const words = z.string().trim().min(1);
const number = z
	.number()
	.int()
	.or(
		z
			.string()
			.regex(/^\d{3}$/)
			.transform(Number),
	);
/** `msg` and `message` both occur. [doc] */
const errorBody = z.object({
	code: number.optional().catch(undefined),
	msg: words.optional().catch(undefined),
	message: words.optional().catch(undefined),
	success: z.boolean().optional().catch(undefined),
});

/** A record of a job has a state. Whatever the code beside it, the state says what became of the job. */
const record = z.object({ data: z.object({ taskId: anyJobId, state: words }) });
const namesTask = (body: unknown): boolean =>
	z.object({ data: z.object({ taskId: anyJobId }) }).safeParse(body).success;

/** A job that nobody knows is "422 recordInfo is null". [doc] */
const UNKNOWN_JOB = /recordInfo is null/i;

/** Refusals of the account or of the service, whose number would count as a server error: nothing was started. */
const REFUSED = 403;
const DISABLED = 505;

/**
 * The HTTP code that a body stands for. A code that is not an HTTP code counts as a server error, unless the body names
 * a task: a task may cost money. [us]
 */
export function disguisedStatus(body: unknown): number | undefined {
	const { code, msg, message, success } = errorBody.safeParse(body).data ?? {};
	if (code === undefined) return success === false ? 500 : undefined;
	if (code === 200 || record.safeParse(body).success) return undefined;
	if (code === DISABLED) return REFUSED;
	if (code === 422 && UNKNOWN_JOB.test(msg ?? message ?? '')) return 404;
	const isHttpError = code >= 400 && code < 600;
	if (isHttpError && code < 500) return code;
	return namesTask(body) ? undefined : isHttpError ? code : 500;
}

const NO_CREDITS = {
	code: 'insufficient_credits',
	message: 'Not enough credits in the kie.ai account',
	hint: 'Buy credits at kie.ai/pricing, or choose a shorter video or a lower resolution.',
};

/** By the code of the body. [doc], 433 [pub] */
const FAULTS: Readonly<Record<number, ReturnType<Provider['fault']>>> = {
	402: NO_CREDITS,
	433: {
		message: 'The API key of kie.ai has reached the limit that was set for it',
		hint: 'Raise the hourly, daily or total limit of the key at kie.ai/api-key, or use another key.',
		transient: false,
	},
	455: {
		message: 'kie.ai is down for maintenance',
		hint: 'Nothing is wrong with your workflow. Try again in a few minutes.',
		transient: true,
	},
	505: {
		message: 'kie.ai has switched this model off',
		hint: 'Choose another model, or ask the support of kie.ai when it will be back.',
		transient: false,
	},
};

const FIREWALL =
	'The answer did not come from the API itself but from something before it, such as the firewall of kie.ai or a proxy. Run the item again later. If it stays, ask the support of kie.ai whether the address of this n8n is blocked.';

export function fault(
	httpStatus: number,
	body: unknown,
	intent: Intent,
): ReturnType<Provider['fault']> {
	const { code: inBody, msg, message } = errorBody.safeParse(body).data ?? {};
	const code = inBody && inBody >= 400 ? inBody : httpStatus;
	const named = { code: inBody === undefined ? undefined : String(inBody) };
	const known = FAULTS[code];
	if (known) return { ...named, ...known };
	if (httpStatus === 401) {
		return {
			...named,
			hint: 'Paste the key again; keys are at kie.ai/api-key. If it is right, look there whether the key allows the IP address of this n8n.',
		};
	}
	// The common words of these say more than the text in the body.
	if (httpStatus === 429) return named;
	const text = msg ?? message;
	if (httpStatus === 403 && text === undefined) {
		return {
			message: 'kie.ai was not reached: something before it refused the request',
			hint: FIREWALL,
		};
	}
	if (httpStatus === 404 && intent === 'ask') return named;
	if (httpStatus >= 500 || text === undefined) return named;
	return { ...named, message: `kie.ai did not accept the request: ${text}` };
}
