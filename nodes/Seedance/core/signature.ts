import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long signatures over a timestamp are valid, in seconds, before and after now. [us] */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

export interface SignedMessage {
	/** The bytes of the body as received, never re-serialised JSON. */
	rawBody: Buffer;
	signature: string | undefined;
	/** When it was signed, if the provider says so: Unix seconds or milliseconds, or ISO 8601. */
	timestamp?: string | undefined;
}

/**
 * Whether a callback was signed with this secret: by an HMAC-SHA256 of its body, as seedance.it.com signs [doc]. The
 * encoding is not documented, so hex in either case, `sha256=` + hex and base64 are accepted. With a timestamp header, the HMAC of `timestamp.body` is accepted as well, if the
 * timestamp is within 300 s of now. [us]
 *
 * @param nowMs Unix milliseconds
 */
export function verifySignature(secret: string, message: SignedMessage, nowMs: number): boolean {
	const given = decodeSignature(message.signature);
	if (secret === '' || given === undefined) return false;
	if (sameBytes(given, hmac(secret, [message.rawBody]))) return true;
	const { timestamp } = message;
	if (timestamp === undefined || !isRecent(timestamp, nowMs)) return false;
	return sameBytes(given, hmac(secret, [Buffer.from(`${timestamp}.`), message.rawBody]));
}

/** Compares two texts in constant time. */
export function sameText(a: string, b: string): boolean {
	// Hashed first, so that the duration does not reveal the length either.
	return timingSafeEqual(
		hmac('length-blind', [Buffer.from(a)]),
		hmac('length-blind', [Buffer.from(b)]),
	);
}

function hmac(secret: string, parts: Buffer[]): Buffer {
	const mac = createHmac('sha256', secret);
	for (const part of parts) mac.update(part);
	return mac.digest();
}

function decodeSignature(text: string | undefined): Buffer | undefined {
	const value = text?.trim().replace(/^sha256=/i, '');
	if (!value) return undefined;
	if (/^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
	if (/^[A-Za-z0-9+/]{43}=$/.test(value)) return Buffer.from(value, 'base64');
	return undefined;
}

export function isRecent(timestamp: string, nowMs: number): boolean {
	return Math.abs(nowMs - timeOf(timestamp)) <= SIGNATURE_TOLERANCE_SECONDS * 1000;
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/;

/** @returns Unix milliseconds; NaN if the text is not a time */
function timeOf(timestamp: string): number {
	if (/^\d{1,11}$/.test(timestamp)) return Number(timestamp) * 1000;
	if (/^\d{12,14}$/.test(timestamp)) return Number(timestamp);
	return ISO_8601.test(timestamp) ? Date.parse(timestamp) : NaN;
}

const sameBytes = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);
