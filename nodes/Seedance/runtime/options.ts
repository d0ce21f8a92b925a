import { failure, inputFault, success, type Outcome } from '../core/fault';

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

/** @returns undefined where the user left it empty or at 0: no limit of their own */
export function readOptionalCount(raw: unknown, label: string): Outcome<number | undefined> {
	if (raw === undefined || raw === null || raw === '' || raw === 0) return success(undefined);
	const count = Number(raw);
	if (Number.isInteger(count) && count > 0) return success(count);
	return refused(label, raw, 'a whole number from 1');
}

/** @returns undefined where the user left it empty or at 0 */
export function readOptionalNumber(raw: unknown, label: string): Outcome<number | undefined> {
	if (raw === undefined || raw === null || raw === '' || raw === 0) return success(undefined);
	const value = Number(raw);
	return value > 0 && Number.isFinite(value)
		? success(value)
		: refused(label, raw, 'a number from 0');
}

const refused = (label: string, raw: unknown, allowed: string) =>
	failure(inputFault(`${label}: "${String(raw)}" is not possible. Allowed: ${allowed}.`));

/** A text option; what is empty or of another type counts as left out. */
export const readText = (raw: unknown, fallback: string): string =>
	typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : fallback;
