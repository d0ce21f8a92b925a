import { Problem } from './answer.ts';
import type { Job } from './job.ts';

/** The reasons why jobs fail or are not accepted. */

const FAILURES = {
	generation: { code: 'generation_failed', message: 'The video could not be generated.' },
	policy: {
		code: 'content_policy_violation',
		message: 'The prompt was refused by the content policy.',
	},
	validation: {
		code: 'invalid_input',
		message: 'Input validation failed: the image could not be read.',
	},
};

/** Tags that make a job fail. */
export const FAILING_TAGS = ['fail', 'fail-text', 'moderate', 'late-validation'] as const;

export function failureOf({ request, tags }: Job): { code: string; message: string } {
	if (request.failure) return request.failure;
	if (tags.has('moderate')) return FAILURES.policy;
	return tags.has('late-validation') ? FAILURES.validation : FAILURES.generation;
}

/** [doc] The text and both numbers are from the document. */
export const notEnough = (available: number, required: number): Problem =>
	new Problem(
		'insufficient_credits',
		`Your account has ${available} credits but this generation requires ${required} credits.`,
		{ required_credits: required, available_credits: available },
	);
