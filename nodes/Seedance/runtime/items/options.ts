import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { show } from '../../core/checkRequest';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import type { Caller } from '../api/send';
import { asNumber, isLeftOut, NOTHING, type Reader } from '../../core/parameters';

/** A parameter of the node: of the first item, or in a call of its webhook. */
export const firstParameter = (ctx: Caller, name: string, fallback?: unknown): unknown =>
	'getInputData' in ctx
		? ctx.getNodeParameter(name, 0, fallback)
		: ctx.getNodeParameter(name, fallback);

/** n8n cannot keep an execution waiting for longer than a timer allows. A week is far longer than any video takes. */
const MAX_MINUTES = 7 * 24 * 60;

/** @returns milliseconds */
export function readMinutes(raw: unknown, label: string): Outcome<number> {
	const minutes = asNumber(raw);
	if (minutes > 0 && minutes <= MAX_MINUTES) return success(minutes * 60_000);
	return refused(label, raw, `a number of minutes above 0, up to ${MAX_MINUTES}`);
}

/** The default in the form. */
const LIMIT_WAIT_MINUTES = 60;

/** How long an execution sleeps at most. @returns milliseconds */
export const readLimitWait = (ctx: IExecuteFunctions): Outcome<number> =>
	readMinutes(
		ctx.getNodeParameter('limitWaitMinutes', 0, LIMIT_WAIT_MINUTES),
		'Limit Wait (Minutes)',
	);

/**
 * The longest sleep, extended for jobs that the provider may keep in its queue for longer than the form's default. n8n
 * does not tell a default from the same number as the user's choice, so only another number is a choice.
 *
 * @returns milliseconds
 */
export const limitWaitFor = (limitMs: number, longestMs: readonly number[]): number =>
	limitMs === LIMIT_WAIT_MINUTES * 60_000 ? Math.max(limitMs, ...longestMs) : limitMs;

/**
 * An option of a collection. An option that was added but is empty, for example because an expression returned nothing,
 * is refused: where money is concerned, it must not count as "no limit".
 *
 * @returns undefined if the user has not added it
 */
export function readOption<T>(
	options: IDataObject,
	name: string,
	label: string,
	reader: Reader<T>,
): Outcome<T | undefined> {
	if (!Object.hasOwn(options, name)) return success(undefined);
	const raw = givenValue(options[name]);
	const outcome = reader(raw);
	return 'value' in outcome ? success(outcome.value) : refused(label, raw, outcome.allowed);
}

/** Marks an empty value as given: for a missing value, a reader would use the default. */
export const givenValue = (value: unknown): unknown => (isLeftOut(value) ? NOTHING : value);

/** A whole number, or its text. */
export const wholeFrom = (min: number) => readerOf('a whole number', Number.isSafeInteger, min);
export const numberFrom = (min: number) => readerOf('a number', Number.isFinite, min);

const readerOf =
	(what: string, isOne: (value: unknown) => boolean, min: number): Reader<number> =>
	(raw) => {
		const value = asNumber(raw);
		return isOne(value) && value >= min ? { value } : { allowed: `${what} from ${min}` };
	};

const refused = (label: string, raw: unknown, allowed: string) =>
	failure(inputFault(`${label}: ${show(raw)} is not possible. Allowed: ${allowed}.`));

/** A name from the user's data. A number is one as well, such as that of an order. Empty for any other value. */
export const textOf = (value: unknown): string =>
	typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';

/** A text option. An empty value or a value of another type counts as missing. */
export const textOr = (raw: unknown, fallback: string): string =>
	typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : fallback;
