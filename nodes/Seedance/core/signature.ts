import { createHmac, timingSafeEqual } from 'node:crypto';

// How providers sign their callbacks. Each scheme is a value that a provider's row names.

/** How long signatures over a timestamp are valid, in seconds, before and after now. [us] */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

/** A callback as it was received. */
export interface SignedMessage {
	/** The bytes of the body as received, never re-serialised JSON. */
	rawBody: Buffer;
	/** The value of a header. @param name in lower case */
	header: (name: string) => string | undefined;
}

export interface SignatureScheme {
	/** The headers that it reads, in lower case. */
	headers: readonly string[];
	/**
	 * The signature does not cover the body: it shows who called, but the body proves nothing. Such a callback is only a
	 * reason to ask the provider.
	 */
	leavesBodyOpen?: true;
	/**
	 * Whether a callback was signed with this key. Never throws.
	 *
	 * @param key a shared secret or a public key
	 * @param nowMs Unix milliseconds
	 */
	isSigned(key: string, message: SignedMessage, nowMs: number): boolean;
}

/**
 * An HMAC-SHA256 of the body, as seedance.it.com signs [doc]. The encoding is not documented, so hex in either case,
 * `sha256=` + hex and base64 are accepted. With a timestamp header, the HMAC of `timestamp.body` is accepted as well, if
 * the timestamp is within 300 s of now. [us]
 */
export const hmacOfBody = (names: { signature: string; timestamp: string }): SignatureScheme => ({
	headers: [names.signature, names.timestamp],
	isSigned(secret, { rawBody, header }, nowMs) {
		const given = decodeSignature(header(names.signature));
		if (secret === '' || given === undefined) return false;
		if (sameBytes(given, hmac(secret, [rawBody]))) return true;
		const timestamp = header(names.timestamp);
		if (timestamp === undefined || !isRecent(timestamp, nowMs)) return false;
		return sameBytes(given, hmac(secret, [`${timestamp}.`, rawBody]));
	},
});

/**
 * Standard Webhooks (standardwebhooks.com): an HMAC-SHA256 of `id.timestamp.body` under a secret that begins with
 * `whsec_`. The header may hold several signatures, for example while the secret is being replaced.
 */
export const standardWebhooks: SignatureScheme = {
	headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
	isSigned(secret, { rawBody, header }, nowMs) {
		const [id, timestamp, signatures] = standardWebhooks.headers.map(header);
		const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
		if (key.length === 0 || !id || !signatures || !isRecent(timestamp ?? '', nowMs)) return false;
		const right = hmac(key, [`${id}.${timestamp}.`, rawBody]);
		return signatures.split(' ').some((each) => {
			const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(each) ?? [];
			return base64 !== undefined && sameBytes(Buffer.from(base64, 'base64'), right);
		});
	},
};

/**
 * An HMAC-SHA256 of the time and the body, with the time in the same header: `t=<Unix seconds>,v1=<hex>`. Several `v1` are
 * accepted, for example while the secret is being replaced. [us]
 *
 * @param name of the header, in lower case
 * @param separator between the time and the body, where they are signed
 */
export const hmacWithTime = (name: string, separator: string): SignatureScheme => ({
	headers: [name],
	isSigned(secret, { rawBody, header }, nowMs) {
		const [, time = '', versions] = /^t=(\d{1,11}),(.+)$/.exec(header(name) ?? '') ?? [];
		if (secret === '' || versions === undefined || !isRecent(time, nowMs)) return false;
		const right = hmac(secret, [`${time}${separator}`, rawBody]);
		return versions.split(',').some((each) => {
			const [, hex] = /^v1=([0-9a-f]{64})$/i.exec(each) ?? [];
			return hex !== undefined && sameBytes(Buffer.from(hex, 'hex'), right);
		});
	},
});

/**
 * Headers and signed text as in Standard Webhooks, but the HMAC is in hex, and the key is the secret as it is written:
 * without `whsec_`, and not decoded.
 *
 * @param version what stands before the signature, for example `v3`
 */
export const hexWebhooks = (version: string): SignatureScheme => ({
	headers: standardWebhooks.headers,
	isSigned(secret, { rawBody, header }, nowMs) {
		const [id, timestamp, signatures] = standardWebhooks.headers.map(header);
		const key = secret.replace(/^whsec_/, '');
		if (key === '' || !id || !signatures || !isRecent(timestamp ?? '', nowMs)) return false;
		const right = hmac(key, [`${id}.${timestamp}.`, rawBody]);
		return signatures.split(' ').some((each) => {
			const [, name, hex = ''] = /^(\w+),([0-9a-f]{64})$/i.exec(each) ?? [];
			return name === version && sameBytes(Buffer.from(hex, 'hex'), right);
		});
	},
});

/**
 * An HMAC-SHA256 of `id.timestamp` in base64, where the ID is that of the job in the body. Nothing else of the body is
 * signed.
 *
 * @param names the header with the signature, and the one with the time
 * @param jobIdIn the ID in a parsed body; undefined if it names no job
 */
export const hmacOfJobId = (
	names: { signature: string; timestamp: string },
	jobIdIn: (body: unknown) => string | undefined,
): SignatureScheme => ({
	headers: [names.signature, names.timestamp],
	leavesBodyOpen: true,
	isSigned(secret, { rawBody, header }, nowMs) {
		const [given = '', timestamp = ''] = [header(names.signature), header(names.timestamp)];
		const jobId = jobIdIn(parsed(rawBody));
		const isComplete = secret !== '' && jobId !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(given);
		if (!isComplete || !isRecent(timestamp, nowMs)) return false;
		return sameBytes(Buffer.from(given, 'base64'), hmac(secret, [`${jobId}.${timestamp}`]));
	},
});

function parsed(rawBody: Buffer): unknown {
	try {
		return JSON.parse(rawBody.toString('utf8'));
	} catch {
		return undefined;
	}
}

/** Compares two texts in constant time. */
export function sameText(a: string, b: string): boolean {
	// Hashed first, so that the duration does not reveal the length either.
	return timingSafeEqual(hmac('length-blind', [a]), hmac('length-blind', [b]));
}

function hmac(secret: string | Buffer, parts: Array<string | Buffer>): Buffer {
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
