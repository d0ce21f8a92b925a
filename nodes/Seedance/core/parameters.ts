import type { Choice, Range } from './model';

/**
 * Validates one raw value and returns the typed value, or a description of the allowed values. `undefined` means that
 * the user left it out.
 */
export type Reader<T> = (raw: unknown) => { value: T | undefined } | { allowed: string };

/**
 * Stands for an expression that returned nothing. An empty value that was given is refused, while a value that was left
 * out gets its default.
 */
export const NOTHING = Symbol('an empty value');

export const isLeftOut = (raw: unknown): boolean =>
	raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

/**
 * Shortens a text for display.
 * @param max characters
 */
export function shorten(text: string, max: number): string {
	// A character may take two code units, as an emoji does.
	const characters = [...text.slice(0, (max + 1) * 2)];
	return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text;
}

/** Whether a field has to be filled in. */
type Need = 'required' | 'optional';

export function text(maxLength: number, need: Need = 'required'): Reader<string> {
	return (raw) => {
		if (need === 'optional' && isLeftOut(raw)) return { value: undefined };
		const value = typeof raw === 'string' ? raw.trim() : '';
		const fits = value !== '' && [...value].length <= maxLength;
		return fits ? { value } : { allowed: `a text of 1 to ${maxLength} characters` };
	};
}

/** @param special a number outside of the range that is valid as well, and what it means */
export function wholeNumber(
	range: Range,
	unit: string,
	fallback?: number,
	special?: { value: number; meaning: string },
): Reader<number> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: fallback };
		const value = asNumber(raw);
		const fits = Number.isInteger(value) && value >= range.min && value <= range.max;
		if (fits || value === special?.value) return { value };
		const or = special ? `, or ${special.value} ${special.meaning}` : '';
		return { allowed: `a whole number${unit} from ${range.min} to ${range.max}${or}` };
	};
}

export function numberOf(choice: Choice<number>, unit: string): Reader<number> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: choice.default };
		const value = choice.values.find((candidate) => candidate === asNumber(raw));
		return value === undefined ? { allowed: choice.values.join(', ') + unit } : { value };
	};
}

/** Expressions often return a number as text. Nothing else is accepted as a number, in particular no empty text. */
export const asNumber = (raw: unknown): number =>
	typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : typeof raw === 'number' ? raw : NaN;

export function oneOf<T extends string>(choice: Choice<T>): Reader<T> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: choice.default };
		const value = choice.values.find((candidate) => candidate === raw);
		return value === undefined ? { allowed: choice.values.join(', ') } : { value };
	};
}

export function trueOrFalse(fallback: boolean): Reader<boolean> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: fallback };
		if (raw === true || raw === 'true') return { value: true };
		// The text "false" is truthy in JavaScript, but a user means false.
		if (raw === false || raw === 'false') return { value: false };
		return { allowed: 'true or false' };
	};
}

export function webAddress(need: Need): Reader<string> {
	return (raw) => {
		if (need === 'optional' && isLeftOut(raw)) return { value: undefined };
		const value = typeof raw === 'string' ? raw.trim() : '';
		return isWebAddress(value)
			? { value }
			: { allowed: 'an address that starts with https:// or http://' };
	};
}

/**
 * A list: an array from an expression, or a text with one entry a line. An empty list means none.
 *
 * @param what the entries, for example "addresses"
 * @param fits whether an entry is valid
 */
export function listOf(
	max: number,
	what: string,
	separator: RegExp,
	fits: (entry: string) => boolean,
): Reader<readonly string[]> {
	return (raw) => {
		if (isLeftOut(raw)) return { value: undefined };
		// An empty line is nothing. An empty entry of an array was meant to be something, and the prompt counts it.
		const entries: readonly unknown[] =
			typeof raw === 'string'
				? raw.split(separator).filter((entry) => !isLeftOut(entry))
				: [raw].flat();
		if (entries.length === 0) return { value: undefined };
		const texts = entries
			.filter((entry) => typeof entry === 'string' || typeof entry === 'number')
			.filter((entry) => !isLeftOut(entry))
			.map((entry) => String(entry).trim());
		const isValid = texts.length === entries.length && texts.length <= max && texts.every(fits);
		return isValid ? { value: texts } : { allowed: `up to ${max} ${what}` };
	};
}

export function isWebAddress(address: string): boolean {
	return /^https?:\/\//i.test(address) && URL.canParse(address);
}

/** An object or its JSON text, as n8n's JSON fields return it. An empty object means none. */
export const jsonObject: Reader<Record<string, unknown>> = (raw) => {
	if (isLeftOut(raw)) return { value: undefined };
	const value = typeof raw === 'string' ? parseJson(raw) : raw;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return { allowed: 'a JSON object such as {"sku": "A-1"}' };
	}
	return {
		value: Object.keys(value).length === 0 ? undefined : (value as Record<string, unknown>),
	};
};

function parseJson(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
