import type { ZodType, ZodTypeDef } from 'zod';
import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import { sha256 } from '../core/digest.ts';
import { tagsIn } from '../core/tags.ts';
import type { Call, Form } from './dialect.ts';
import { checkImage } from './image.ts';

const invalid = (message: string) => new Problem('invalid_request', message);

/** The body as JSON. */
export function parseBody(call: Call): unknown {
	const type = (call.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json')
		throw new Problem(
			'not_acceptable',
			`Content-Type must be application/json, not ${type ? `"${type}"` : 'missing'}.`,
		);
	try {
		return JSON.parse(call.raw.toString('utf8')) as unknown;
	} catch {
		throw invalid('The body is not valid JSON.');
	}
}

/** Converts the texts of a form into values. A field that is not listed stays a text. */
export type Conversions = Record<string, (text: string) => unknown>;

/** An invalid text stays a text, and the schema reports the problem. */
export const asInteger = (text: string): unknown => (/^-?\d+$/.test(text) ? Number(text) : text);
export const asBoolean = (text: string): unknown =>
	text === 'true' || text === 'false' ? text === 'true' : text;
export function asJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}

/**
 * The texts of a form as an object, and a hash of its content for comparing idempotency keys. Throws if the required
 * file `fileField` is missing or not a valid image.
 */
export function parseForm(
	form: Form,
	fileField: string,
	conversions: Conversions,
): { body: Record<string, unknown>; content: unknown } {
	if (form.broken) throw invalid(`The multipart/form-data body is broken: ${form.broken}`);
	const names = [...form.texts.map(([name]) => name), ...form.files.map(({ field }) => field)];
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice) throw invalid(`${twice}: is there more than once`);
	const other = form.files.find(({ field }) => field !== fileField);
	if (other) throw invalid(`${other.field}: unknown file, the image goes into "${fileField}"`);
	const file = form.files[0];
	if (!file) throw invalid(`${fileField}: is missing, or is not a file`);
	if (file.tooLong) throw invalid(`${fileField}: must have at most 10 MB`);
	checkImage(fileField, file.bytes);
	const body = Object.fromEntries(
		form.texts.map(([name, text]) => [name, conversions[name]?.(text) ?? text]),
	);
	return { body, content: { ...body, [fileField]: sha256(file.bytes) } };
}

/** The validated body with defaults. Throws a problem that names every invalid field. */
export function checkBody<Output>(
	schema: ZodType<Output, ZodTypeDef, unknown>,
	body: unknown,
): Output {
	const checked = schema.safeParse(body);
	if (checked.success) return checked.data;
	const faults = checked.error.issues.map(({ path, message }) =>
		path.length ? `${path.join('.')}: ${message}` : message,
	);
	throw invalid(faults.join('; '));
}

/** A prompt of at most `most` Unicode code points, without tags that the dialect does not know. */
export const promptOf = (dialect: string, most?: number) =>
	z
		.string()
		.refine(
			(text) => text.length > 0 && (most === undefined || [...text].length <= most),
			most === undefined ? 'must not be empty' : `must have 1 to ${most} characters`,
		)
		.superRefine((text, context) => {
			const { unknown } = tagsIn(text, dialect);
			if (unknown.length)
				context.addIssue({ code: 'custom', message: `unknown sandbox tag: ${unknown.join(', ')}` });
		});
