import type { Intent, Provider } from '../../core/provider';
import { z } from '../../core/zod';

const text = z.string().trim().min(1);
const optionalText = text.optional().catch(undefined);

/** The code is that of HTTP again. `raw` is what the maker of the model has said. [doc] */
const errorBody = z.object({
	error: z
		.object({
			code: optionalText,
			message: text,
			metadata: z.object({ raw: optionalText }).optional().catch(undefined),
		})
		.or(text.transform((message) => ({ message, code: undefined, metadata: undefined }))),
});

const SETTINGS = 'openrouter.ai/settings';

/** @param said the provider's own words */
function wordsOf(httpStatus: number, intent: Intent, said: string): ReturnType<Provider['fault']> {
	if (httpStatus === 402) {
		return {
			code: 'insufficient_credits',
			message: `Not enough credits in the OpenRouter account: ${said}`,
			hint: `Add credits at ${SETTINGS}/credits, or raise the limit of the key at ${SETTINGS}/keys, and run the item again.`,
		};
	}
	if (httpStatus === 403 && intent === 'account') {
		return {
			message: `OpenRouter does not tell this key the balance: ${said}`,
			hint: `It tells the balance to management keys. Make one at ${SETTINGS}/keys and enter it in a credential of its own for Get Credits.`,
		};
	}
	if (httpStatus === 403) {
		return {
			message: `OpenRouter does not allow this: ${said}`,
			hint: `Check what the key may do at ${SETTINGS}/keys. If the moderation has refused the request, change the prompt or the images.`,
		};
	}
	if (httpStatus === 404) {
		return {
			message: `OpenRouter has no such model for this account: ${said}`,
			hint: 'Choose another model. The models are listed at openrouter.ai/models, and some depend on the privacy settings of the account.',
		};
	}
	if (httpStatus === 413) {
		return {
			message: 'The request is larger than the 50 MB that OpenRouter accepts',
			hint: 'Make the images smaller, or put them on the web and give their addresses.',
		};
	}
	return { message: `OpenRouter did not accept the request: ${said}` };
}

export function fault(
	httpStatus: number,
	body: unknown,
	intent: Intent,
): ReturnType<Provider['fault']> {
	const isCommon = httpStatus === 401 || httpStatus === 429 || httpStatus >= 500;
	// The common words of these say more than the text in the body.
	if (isCommon || (httpStatus === 404 && intent === 'ask')) return {};
	const error = errorBody.safeParse(body).data?.error;
	if (!error) return httpStatus === 413 ? wordsOf(httpStatus, intent, '') : {};
	const { code, message, metadata } = error;
	const said = metadata?.raw === undefined ? message : `${message}: ${metadata.raw}`;
	return { code, ...wordsOf(httpStatus, intent, said) };
}
