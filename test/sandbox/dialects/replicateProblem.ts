import type { z } from 'zod';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';

/** Errors as `application/problem+json` [doc]. */

interface InvalidField {
	type: string;
	field: string;
	description: string;
}

/** A problem with these fields of the input: 422. */
export function invalidInput(fields: InvalidField[]): Problem {
	const detail = fields.map(({ field, description }) => `- ${field}: ${description}\n`).join('');
	return new Problem('invalid_request', detail, {
		title: 'Input validation failed',
		invalid_fields: fields,
	});
}

/** [pub] The types of problems that were seen; [us] `invalid_type` for all others. */
export function invalidFieldsOf(root: string, { issues }: z.ZodError): InvalidField[] {
	return issues.flatMap((issue): InvalidField[] => {
		const path = issue.path.map(String);
		const field = [root, ...path].filter(Boolean).join('.');
		const parent = [root, ...path.slice(0, -1)].filter(Boolean).join('.');
		const description = issue.message;
		if (issue.code === 'unrecognized_keys') {
			return issue.keys.map((name) => ({
				type: 'additional_property_not_allowed',
				field: field || '(root)',
				description: `Additional property ${name} is not allowed`,
			}));
		}
		if (issue.code === 'invalid_type' && issue.received === 'undefined') {
			const name = path.at(-1) ?? 'input';
			return [{ type: 'required', field: parent || '(root)', description: `${name} is required` }];
		}
		if (issue.code === 'invalid_enum_value') {
			const values = issue.options.map((value) => JSON.stringify(value)).join(', ');
			return [{ type: 'enum', field, description: `must be one of the following: ${values}` }];
		}
		if (issue.code === 'too_big' && issue.type === 'number') {
			const most = String(issue.maximum);
			return [{ type: 'number_lte', field, description: `Must be less than or equal to ${most}` }];
		}
		return [{ type: 'invalid_type', field, description }];
	});
}

/** [doc] 404, 413, 422 and 429; [pub] 401 and 402 with their titles; [us] the rest. */
const ERRORS: Record<ProblemKind, [status: number, title: string]> = {
	invalid_request: [422, 'Invalid request'],
	not_acceptable: [400, 'Bad request'],
	unauthorized: [401, 'Unauthenticated'],
	insufficient_credits: [402, 'Insufficient credit'],
	not_found: [404, 'Not found'],
	already_settled: [422, 'Invalid request'],
	idempotency_mismatch: [422, 'Invalid request'],
	rate_limited: [429, 'Too many requests'],
	internal: [500, 'Internal server error'],
};

/** [pub], [doc] Texts of errors whose own text says something else here. */
const DETAILS: Partial<Record<ProblemKind, (headers: Record<string, string>) => string>> = {
	unauthorized: () => 'You did not pass a valid authentication token',
	insufficient_credits: () =>
		'You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase credit. Once you purchase credit, please wait a few minutes before trying again.',
	rate_limited: (headers) =>
		`Request was throttled. Your rate limit resets in ~${headers['retry-after']}s.`,
};

export function answerTo({ kind, message, details, headers }: Problem): Answer {
	const [usualStatus, usualTitle] = ERRORS[kind];
	const { status = usualStatus, title = usualTitle, ...more } = details;
	const detail = DETAILS[kind]?.(headers) ?? message;
	return {
		status: Number(status),
		body: { title, detail, status, ...more },
		headers: { 'content-type': 'application/problem+json', ...headers },
	};
}
