import { FIELD_LABELS } from './fields';
import type { Capabilities, Choice, Model, Range } from './model';
import type { Mode, RawRequest, VideoRequest } from './request';

export type CheckedRequest =
	| { ok: true; request: VideoRequest }
	| { ok: false; problems: string[] };

/** Turns one raw field into its value, or says what is allowed instead. `undefined` = the user left it out. */
type Reader<T> = (raw: unknown) => { value: T | undefined } | { allowed: string };

/**
 * Checks what the form or an expression gave against the model's row. Each problem is one sentence with the field, the
 * value and what is allowed. Pure: nothing was sent yet, nothing was spent.
 */
export function checkRequest(raw: RawRequest, model: Model, mode: Mode): CheckedRequest {
	const capabilities = model.modes[mode];
	if (!capabilities) {
		return { ok: false, problems: [`Mode: ${model.name} cannot do "${mode}".`] };
	}
	const problems: string[] = [];
	const read = <T>(field: keyof RawRequest, reader: Reader<T>): T | undefined => {
		const outcome = reader(raw[field]);
		if ('value' in outcome) return outcome.value;
		problems.push(
			`${FIELD_LABELS[field]}: ${show(raw[field])} is not possible with ${model.name}. Allowed: ${outcome.allowed}.`,
		);
		return undefined;
	};
	const request = { model: model.id, mode, ...readFields(capabilities, read) };
	return problems.length > 0
		? { ok: false, problems }
		: // Without a problem the required fields are there.
			{ ok: true, request: request as VideoRequest };
}

type Read = <T>(field: keyof RawRequest, reader: Reader<T>) => T | undefined;

/** A field that the model does not have is not even read: its value in the form is left over from another model. */
function readFields(can: Capabilities, read: Read): Partial<VideoRequest> {
	return {
		prompt: read('prompt', promptOf(can.prompt.maxLength)),
		duration: read('duration', wholeNumber(can.duration, 'seconds')),
		aspectRatio: can.aspectRatio && read('aspectRatio', oneOf(can.aspectRatio)),
		audio: can.audio && read('audio', trueOrFalse(can.audio.default)),
		imageUrl: can.imageUrl && read('imageUrl', webAddress('required')),
		metadata: read('metadata', jsonObject),
		callbackUrl: read('callbackUrl', webAddress('optional')),
	};
}

function promptOf(maxLength: number): Reader<string> {
	return (raw) => {
		const text = typeof raw === 'string' ? raw.trim() : '';
		const fits = text !== '' && [...text].length <= maxLength;
		return fits ? { value: text } : { allowed: `a text of 1 to ${maxLength} characters` };
	};
}

function wholeNumber(range: Range, unit: string): Reader<number> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: range.default };
		// Expressions often give a number as text.
		const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
		const fits =
			typeof value === 'number' &&
			Number.isInteger(value) &&
			value >= range.min &&
			value <= range.max;
		return fits
			? { value }
			: { allowed: `a whole number of ${unit} from ${range.min} to ${range.max}` };
	};
}

function oneOf(choice: Choice<string>): Reader<string> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: choice.default };
		const value = choice.values.find((candidate) => candidate === raw);
		return value === undefined ? { allowed: choice.values.join(', ') } : { value };
	};
}

function trueOrFalse(fallback: boolean): Reader<boolean> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: fallback };
		if (raw === true || raw === 'true') return { value: true };
		// The text "false" is truthy in JavaScript; a user means false all the same.
		if (raw === false || raw === 'false') return { value: false };
		return { allowed: 'true or false' };
	};
}

function webAddress(need: 'required' | 'optional'): Reader<string> {
	return (raw) => {
		if (need === 'optional' && isLeftOut(raw)) return { value: undefined };
		const value = typeof raw === 'string' ? raw.trim() : '';
		return isWebAddress(value)
			? { value }
			: { allowed: 'an address that starts with https:// or http://' };
	};
}

export function isWebAddress(text: string): boolean {
	return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** An object, or its JSON text, as n8n's JSON fields give it. Empty means none. */
const jsonObject: Reader<Record<string, unknown>> = (raw) => {
	if (isLeftOut(raw)) return { value: undefined };
	const value = typeof raw === 'string' ? parseJson(raw) : raw;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return { allowed: 'a JSON object such as {"sku": "A-1"}' };
	}
	return {
		value: Object.keys(value).length === 0 ? undefined : (value as Record<string, unknown>),
	};
};

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const isLeftOut = (raw: unknown) =>
	raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

/** The value as the user would recognise it, cut where it is long. */
function show(raw: unknown): string {
	if (isLeftOut(raw)) return 'an empty value';
	const text = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? String(raw));
	const characters = [...text];
	return characters.length > 60
		? `"${characters.slice(0, 57).join('')}…" (${characters.length} characters)`
		: `"${text}"`;
}
