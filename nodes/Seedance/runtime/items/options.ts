import type { IDataObject } from 'n8n-workflow';
import { show } from '../../core/checkRequest';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { isLeftOut, NOTHING, type Reader } from '../../core/parameters';

/** n8n cannot keep an execution waiting for longer than a timer reaches; a week is far beyond any video. */
const MAX_MINUTES = 7 * 24 * 60;

/** @returns milliseconds */
export function readMinutes(raw: unknown, label: string): Outcome<number> {
	const minutes = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
	if (typeof minutes === 'number' && minutes > 0 && minutes <= MAX_MINUTES) {
		return success(minutes * 60_000);
	}
	return refused(label, raw, `a number of minutes above 0, up to ${MAX_MINUTES}`);
}

/**
 * An option of a collection. One that was added and is empty, such as an expression that found nothing, is refused:
 * where money is at stake, it must not count as "no limit".
 *
 * @returns undefined where the user has not added it
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

/** For a reader, which would take a default for what is left out. */
export const givenValue = (value: unknown): unknown => (isLeftOut(value) ? NOTHING : value);

/** A whole number, also as text. */
export const wholeFrom =
	(min: number): Reader<number> =>
	(raw) => {
		const value = toNumber(raw);
		return Number.isSafeInteger(value) && value >= min
			? { value }
			: { allowed: `a whole number from ${min}` };
	};

export const numberFrom =
	(min: number): Reader<number> =>
	(raw) => {
		const value = toNumber(raw);
		return Number.isFinite(value) && value >= min ? { value } : { allowed: `a number from ${min}` };
	};

const toNumber = (raw: unknown): number =>
	typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : typeof raw === 'number' ? raw : NaN;

const refused = (label: string, raw: unknown, allowed: string) =>
	failure(inputFault(`${label}: ${show(raw)} is not possible. Allowed: ${allowed}.`));

/** A text option; what is empty or of another type counts as left out. */
export const readText = (raw: unknown, fallback: string): string =>
	typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : fallback;
