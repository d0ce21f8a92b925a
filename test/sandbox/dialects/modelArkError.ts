import { randomBytes } from 'node:crypto';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import { MODELARK_ERROR_TYPES, MODELARK_NO_TASK_CODE, MODELARK_RATE_CODES } from '../decisions.ts';

/** How ModelArk says no, and the ID that every reply of it has. */

/** [pub] Its beginning and that it consists of digits and letters in lower case. */
const newRequestId = (): string => `021${Date.now()}${randomBytes(16).toString('hex')}`;

/** A reply with HTTP 200. */
export const ok = (body: unknown): Answer => ({
	status: 200,
	body,
	headers: { 'x-request-id': newRequestId() },
});

/** [doc] Statuses of codes, by their beginnings. All other codes are 400. */
const STATUSES: ReadonlyArray<readonly [beginning: string, status: number]> = [
	['AuthenticationError', 401],
	['AccessDenied', 403],
	['AccountOverdueError', 403],
	['OperationDenied', 403],
	['ModelNotOpen', 404],
	['InvalidEndpointOrModel', 404],
	['ResourceNotFound', 404],
	['NotFound', 404],
	['InvalidAction', 409],
	['RateLimitExceeded', 429],
	['ModelAccountRpmRateLimitExceeded', 429],
	['ServerOverloaded', 429],
	['QuotaExceeded', 429],
	['SetLimitExceeded', 429],
	['InternalServiceError', 500],
];

const statusOf = (code: string): number =>
	STATUSES.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 400;

/** An error with one of the documented codes. `param` is the field that it is about. */
export const refusal = (code: string, message: string, param?: string): Problem =>
	new Problem('invalid_request', message, { code, param });

/** The answer to a value that a field cannot have. */
export const invalid = (param: string, reason: string): Problem =>
	refusal(
		'InvalidParameter',
		`The parameter \`${param}\` specified in the request is not valid: ${reason}.`,
		param,
	);

export const missing = (param: string): Problem =>
	refusal('MissingParameter', `The request failed because it is missing \`${param}\`.`, param);

/** Codes of the errors that the server and the core find. */
const USUAL: Record<ProblemKind, string> = {
	invalid_request: 'InvalidParameter',
	not_acceptable: 'InvalidParameter',
	unauthorized: 'AuthenticationError',
	insufficient_credits: 'AccountOverdueError',
	not_found: MODELARK_NO_TASK_CODE,
	already_settled: 'InvalidAction',
	idempotency_mismatch: 'InvalidParameter',
	rate_limited: MODELARK_RATE_CODES.other,
	internal: 'InternalServiceError',
};

const MESSAGES: Partial<Record<ProblemKind, string>> = {
	unauthorized: 'The API key or AK/SK in the request is missing or invalid.',
	insufficient_credits:
		'The request failed because your account has an overdue balance. Please recharge your account.',
	not_found: 'The specified resource is not found',
};

const usualCode = (kind: ProblemKind, limit: unknown): string =>
	kind === 'rate_limited' && limit === 'submit' ? MODELARK_RATE_CODES.submit : USUAL[kind];

/** [doc] The body, and that there is no Retry-After. */
export function answerTo({ kind, message, details }: Problem): Answer {
	const { code = usualCode(kind, details.limit), param } = details as Record<
		string,
		string | undefined
	>;
	const status = statusOf(code);
	const id = newRequestId();
	const said = details.code === undefined ? (MESSAGES[kind] ?? message) : message;
	return {
		status,
		body: {
			error: {
				code,
				message: `${said.replace(/\.?$/, '.')} Request id: ${id}`,
				param: param ?? '',
				type: MODELARK_ERROR_TYPES[status],
			},
		},
		headers: { 'x-request-id': id },
	};
}
