import type { ZodType, ZodTypeDef } from 'zod';
import { Problem } from '../core/answer.ts';
import type { Call } from './dialect.ts';

/**
 * The body as an object. Only JSON for now; `multipart/form-data` gets its own branch here when an issue asks
 * for it, and the schemas stay as they are.
 */
export function parseBody(call: Call): unknown {
	const type = (call.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
	if (type === 'multipart/form-data')
		throw new Problem(
			'invalid_request',
			'The sandbox does not take multipart/form-data yet: send JSON with image_url.',
		);
	if (type !== 'application/json')
		throw new Problem(
			'invalid_request',
			`Content-Type must be application/json, not ${type ? `"${type}"` : 'missing'}.`,
		);
	try {
		return JSON.parse(call.raw.toString('utf8')) as unknown;
	} catch {
		throw new Problem('invalid_request', 'The body is not valid JSON.');
	}
}

/** The checked body, defaults filled in. Throws a problem that names every field that is wrong. */
export function checkBody<Output>(
	schema: ZodType<Output, ZodTypeDef, unknown>,
	body: unknown,
): Output {
	const checked = schema.safeParse(body);
	if (checked.success) return checked.data;
	const faults = checked.error.issues.map(({ path, message }) =>
		path.length ? `${path.join('.')}: ${message}` : message,
	);
	throw new Problem('invalid_request', faults.join('; '));
}
