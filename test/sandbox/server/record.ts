import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../core/account.ts';
import type { RequestKind, RequestRecord } from '../types.ts';

/** Header names are in lower case; repeated headers are joined, as HTTP does. */
export function headersOf(request: FastifyRequest): Record<string, string> {
	return Object.fromEntries(
		Object.entries(request.headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : (value ?? ''),
		]),
	);
}

const withoutCredentials = (
	{ keyHeaders }: Accounts,
	headers: Record<string, string>,
): Record<string, string> =>
	Object.fromEntries(
		Object.entries(headers).filter(([name]) => ![...keyHeaders, 'cookie'].includes(name)),
	);

/** The account of the key in any header; `wrong` for an unknown key, `none` for no key. */
export function keyIdOf(accounts: Accounts, headers: Record<string, string>): string {
	const sent = accounts.keyHeaders.filter((name) => headers[name] !== undefined);
	if (!sent.length) return 'none';
	const idOf = (name: string) => accounts.byKey(headers[name]?.replace(/^(Bearer|Key) +/i, ''))?.id;
	return sent.map(idOf).find(Boolean) ?? 'wrong';
}

/** Whether the headers or the address of the request contain a key. */
export function carriesKey(accounts: Accounts, request: FastifyRequest): boolean {
	const headers = headersOf(request);
	if (accounts.keyHeaders.some((name) => headers[name] !== undefined)) return true;
	const text = `${request.url} ${Object.values(headers).join(' ')}`;
	return accounts.all.some(({ apiKey }) => text.includes(apiKey));
}

export function openRecord(
	accounts: Accounts,
	request: FastifyRequest,
	kind: RequestKind,
): RequestRecord {
	const headers = headersOf(request);
	return {
		at: Date.now(),
		method: request.method,
		path: request.url,
		kind,
		keyId: keyIdOf(accounts, headers),
		headers: withoutCredentials(accounts, headers),
		body: null,
		bodyBytes: 0,
		status: null,
		fault: null,
	};
}

/** The recorded size of a body, in bytes: an image in base64 would fill the memory. */
const KEPT_BYTES = 64 * 1024;

/** The body for the records: JSON if possible, otherwise text, which is cut if it is long. */
export function readable(raw: Buffer): unknown {
	if (!raw.length) return null;
	if (raw.length > KEPT_BYTES) return raw.subarray(0, KEPT_BYTES).toString('utf8');
	const text = raw.toString('utf8');
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
