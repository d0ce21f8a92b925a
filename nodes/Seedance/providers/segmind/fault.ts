import type { Intent } from '../../core/provider';
import { z } from '../../core/zod';

/** A text [doc]; similar hosts also use an object or `detail`. [us] */
const words = z.string().trim().min(1);
const errorWords = words.or(z.object({ message: words }).transform(({ message }) => message));
export const errorBody = z
	.object({ error: errorWords })
	.or(z.object({ detail: errorWords }).transform(({ detail }) => ({ error: detail })));

const NO_CREDITS = {
	code: 'insufficient_credits',
	message: 'Not enough credits in the Segmind account',
	hint: 'Add credits on segmind.com, or choose a shorter video or a lower resolution.',
};

export function fault(httpStatus: number, body: unknown, intent: Intent) {
	// The common words of these say more than the text in the body.
	if (httpStatus === 401 || httpStatus === 429) return {};
	const reason = errorBody.safeParse(body).data?.error;
	// 406 means missing credits if the text says so, otherwise a wrong content type. 402 occurs as well. [pub]
	if (httpStatus === 402 || (httpStatus === 406 && /credit|balance/i.test(reason ?? 'credit'))) {
		return NO_CREDITS;
	}
	if (httpStatus === 403) {
		return {
			message: 'Segmind does not allow this API key to use the model',
			hint: 'Check the plan and the permissions of the key on segmind.com.',
		};
	}
	if (httpStatus === 404 && intent === 'ask') {
		return {
			message: 'Segmind does not know this job any more: a result is kept for 1 hour',
			hint: 'Check the job ID, and "Base URL" in the credential. The video itself is kept for 7 days at the address that was given.',
		};
	}
	if (httpStatus === 410) {
		return {
			message: 'Segmind does not offer this model any more',
			hint: 'Choose another model in "Model".',
		};
	}
	if (httpStatus >= 500 || reason === undefined) return {};
	return { message: `Segmind did not accept the request: ${reason}` };
}
