import { createHmac } from 'node:crypto';
import type { Account } from '../core/account.ts';
import type { Answer, Problem, ProblemKind } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import {
	ALREADY_SETTLED_STATUS,
	IDEMPOTENCY_MISMATCH_STATUS,
	SIGNATURE_HEADER,
	TIMESTAMP_HEADER,
} from '../decisions.ts';
import type { SignatureEncoding } from '../types.ts';

/** Shared code of the three dialects of seedance.it.com. */

/** The key of `Authorization: Bearer KEY` [doc]. */
export const bearerKey = (headers: Record<string, string>): string | undefined =>
	/^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];

/** Statuses are [doc] unless marked. Of the codes, only `insufficient_credits` is [doc]; the others are [us]. */
const ERRORS: Record<ProblemKind, { status: number; code: string }> = {
	invalid_request: { status: 400, code: 'invalid_request' },
	not_acceptable: { status: 400, code: 'invalid_request' },
	unauthorized: { status: 401, code: 'invalid_api_key' },
	insufficient_credits: { status: 402, code: 'insufficient_credits' },
	not_found: { status: 404, code: 'not_found' },
	already_settled: { status: ALREADY_SETTLED_STATUS, code: 'task_already_settled' },
	idempotency_mismatch: { status: IDEMPOTENCY_MISMATCH_STATUS, code: 'idempotency_key_reused' },
	rate_limited: { status: 429, code: 'rate_limit_exceeded' },
	internal: { status: 500, code: 'internal_error' },
};

/** Status and code of a problem. A problem may have its own code. */
export function errorOf({ kind, details }: Problem): { status: number; code: string } {
	const { status, code } = ERRORS[kind];
	return { status, code: typeof details.code === 'string' ? details.code : code };
}

/** `{error: {code, message, …}}` [doc, unified]. */
export function structuredError(problem: Problem): Answer {
	const { status, code } = errorOf(problem);
	const error = { code, message: problem.message, ...problem.details };
	return { status, body: { error }, headers: problem.headers };
}

/** Signature headers for a body. [doc] HMAC-SHA256 with the webhook secret. [us] The encodings. */
export function signatureHeaders(
	body: string,
	secret: string,
	encoding: SignatureEncoding,
	nowMs: number,
): Record<string, string> {
	const sign = (text: string) => createHmac('sha256', secret).update(text);
	if (encoding === 'timestamped') {
		const timestamp = String(Math.floor(nowMs / 1000));
		return {
			[TIMESTAMP_HEADER]: timestamp,
			[SIGNATURE_HEADER]: sign(`${timestamp}.${body}`).digest('hex'),
		};
	}
	if (encoding === 'base64') return { [SIGNATURE_HEADER]: sign(body).digest('base64') };
	const hex = sign(body).digest('hex');
	return { [SIGNATURE_HEADER]: encoding === 'sha256' ? `sha256=${hex}` : hex };
}

/** Signs with the webhook secret of the account, in the encoding that the sandbox was started with. */
export const signedFor =
	({ signature }: Core, { webhookSecret }: Account): NonNullable<CallbackPayload['sign']> =>
	({ body, nowMs, forged }) =>
		signatureHeaders(body, forged ? `not-${webhookSecret}` : webhookSecret, signature, nowMs);
