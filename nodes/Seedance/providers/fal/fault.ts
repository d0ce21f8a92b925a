import type { Intent, Provider } from '../../core/provider';
import { z } from '../../core/zod';
import { detailOf, inWords } from './words';

const text = z.string().trim().min(1);
/** The Platform API has another form than the queue. [doc] */
const platformError = z.object({
	error: z.object({ type: text.optional().catch(undefined), message: text }),
});
const cancelReply = z.object({ status: text });

const BILLING = 'fal.ai/dashboard/billing';

/** The reasons for which an account is locked. [pub] */
function lockedWords(reason: string) {
	if (/balance|top_?up/i.test(reason)) {
		return {
			message: 'The fal account is locked, because its balance is used up',
			hint: `Top it up at ${BILLING}, and run the workflow again. Jobs that were submitted before can still be read.`,
		};
	}
	return {
		message: `The fal account is locked: ${reason || 'No reason is given'}`,
		hint: `Look at ${BILLING}, or write to support@fal.ai.`,
	};
}

function refusedWords(message: string): ReturnType<Provider['fault']> {
	const reason = /User is locked\.?\s*(?:Reason:\s*)?(.*)/is.exec(message)?.[1];
	if (reason !== undefined) return { code: 'account_locked', ...lockedWords(reason) };
	return {
		message: `fal does not allow this: ${message}`,
		hint: 'Check the permissions of the API key at fal.ai/dashboard/keys.',
	};
}

const TOO_LATE: ReturnType<Provider['fault']> = {
	code: 'already_completed',
	message: 'The job has already ended and cannot be cancelled any more',
	hint: 'Get its result with Check Status.',
};

export function fault(
	httpStatus: number,
	body: unknown,
	intent: Intent,
): ReturnType<Provider['fault']> {
	if (intent === 'cancel' && cancelReply.safeParse(body).data?.status === 'ALREADY_COMPLETED')
		return TOO_LATE;
	const platform = platformError.safeParse(body).data?.error;
	const detail =
		detailOf(body) ??
		(platform && { code: platform.type, message: platform.message, isInfrastructure: false });
	if (!detail) return {};
	const { code, message } = detail;
	if (httpStatus === 401) {
		return {
			code,
			hint: 'Open the credential and paste the key again, both of its parts with the colon between them. Keys are at fal.ai/dashboard/keys.',
		};
	}
	if (httpStatus === 403) return { code, ...refusedWords(message) };
	if (httpStatus === 404 && intent === 'submit') {
		return {
			code,
			message: `fal knows no model with this ID: ${message}`,
			hint: 'Check the option "Model ID". It is the last part of the address of the model\'s page, such as bytedance/seedance-2.0/text-to-video.',
		};
	}
	if (httpStatus === 404 || httpStatus === 429 || httpStatus >= 500) return { code };
	const inOurs = inWords({ code, message });
	if (inOurs.message !== message) return { code, message: inOurs.message };
	return { code, message: `fal did not accept the request: ${message}` };
}
