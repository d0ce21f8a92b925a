import type { Balance, Callback, Endpoint, Provider } from '../../core/provider';
import { z } from '../../core/zod';
import { models } from './models';
import { unified } from './unified';

const creditsBody = z.object({ credits: z.number(), tier: z.string().nullish().catch(null) });

/** `GET /account/credits` → `{"credits": 2750, "tier": "popular"}` [doc] */
const credits: Endpoint<void, Balance> = {
	request: () => ({ method: 'GET', path: '/account/credits' }),
	response: (body) => {
		const { credits: amount, tier } = creditsBody.parse(body);
		return { credits: amount, currency: 'credits', tier: tier ?? null };
	},
};

const callbackBody = z.object({ task_id: z.string().min(1) });

/** Signed with HMAC-SHA256 of the body; the time header is our guess, see `verifySignature`. */
const callback: Callback = {
	signatureHeader: 'x-seedance-signature',
	timestampHeader: 'x-seedance-timestamp',
	jobIdIn: (body) => callbackBody.safeParse(body).data?.task_id,
};

const errorBody = z.object({
	error: z.object({
		code: z.string().optional().catch(undefined),
		message: z.string().optional().catch(undefined),
		required_credits: z.number().optional().catch(undefined),
		available_credits: z.number().optional().catch(undefined),
	}),
});

function fault(httpStatus: number, body: unknown) {
	const error = errorBody.safeParse(body).data?.error;
	if (httpStatus === 402)
		return notEnoughCredits(error?.required_credits, error?.available_credits);
	if (httpStatus === 404 || httpStatus >= 500 || !error?.message) return { code: error?.code };
	return { code: error.code, message: `Seedance did not accept the request: ${error.message}` };
}

function notEnoughCredits(required: number | undefined, available: number | undefined) {
	const numbers =
		required === undefined || available === undefined
			? ''
			: `: this video needs ${required}, the account has ${available}`;
	return {
		code: 'insufficient_credits',
		message: `Not enough credits${numbers}`,
		hint: 'Buy credits on seedance.it.com, or choose a shorter duration. Nothing was charged for this video.',
	};
}

/** seedance.it.com: one key and one balance; model and mode choose the dialect. */
export const seedance: Provider = {
	id: 'seedance',
	name: 'Seedance',
	credential: 'seedanceApi',
	models,
	dialectFor: () => unified,
	dialectOf: () => unified,
	credits,
	callback,
	fault,
};
