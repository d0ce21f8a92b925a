import { shorten } from '../../core/parameters';
import type { Intent, Provider } from '../../core/provider';
import { z } from '../../core/zod';

const words = z.string().trim().min(1);
const optionalWords = words.optional().catch(undefined);

/** An `application/problem+json`, of which nothing is certain to be there. [doc] */
const problem = z.object({
	title: optionalWords,
	detail: optionalWords,
	invalid_fields: z
		.array(z.object({ type: optionalWords, field: words, description: words }))
		.nonempty()
		.optional()
		.catch(undefined),
});

const FEW_REQUESTS =
	'An account with granted credit and no card may submit only 6 jobs a minute, and one that runs out of credit fewer than usual. Add a card or credit at replicate.com/account/billing, or set "Requests per Minute" in the credential to what your account allows.';

export function fault(
	httpStatus: number,
	body: unknown,
	intent: Intent,
): ReturnType<Provider['fault']> {
	// The common words of this say more than the text in the body.
	if (httpStatus === 401) return {};
	if (httpStatus === 429) return intent === 'submit' ? { hint: FEW_REQUESTS } : {};
	const { title, detail, invalid_fields: invalid } = problem.safeParse(body).data ?? {};
	if (httpStatus === 402) {
		return {
			code: 'insufficient_credit',
			message: 'Not enough credit in the Replicate account',
			hint: 'Buy credit at replicate.com/account/billing, wait a few minutes, and run the item again.',
		};
	}
	if (httpStatus === 404 && (intent === 'ask' || intent === 'cancel')) return {};
	if (httpStatus >= 500) return {};
	if (invalid) {
		const problems = invalid.map(({ field, description }) => inWords(field, description));
		return {
			code: invalid[0].type,
			message: `Replicate did not accept the request: ${problems.join('; ')}`,
		};
	}
	if (title && /^invalid version/i.test(title)) {
		return {
			message: `Replicate does not let this account use the model: ${detail ?? title}`,
			hint: 'Open the page of the model at replicate.com/bytedance with this account. Some models are not open to everybody.',
		};
	}
	const said = detail ?? title;
	return said === undefined ? {} : { message: `Replicate did not accept the request: ${said}` };
}

/** `input.aspect_ratio` is called `aspect_ratio`. A problem of the whole input names its field itself. */
function inWords(field: string, description: string): string {
	const name = field.replace(/^input\.?/, '');
	return shorten(name === '' ? description : `${name}: ${description}`, 200);
}
