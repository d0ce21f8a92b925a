import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Scheme } from './dialect.ts';

/** How fal signs its callbacks [pub]: Ed25519 with keys that it publishes. */

const current = generateKeyPairSync('ed25519');
/** Published, but not in use any more. */
const retired = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');

/** `kty`, `crv` and `x` of a public key. */
export const falJwkOf = (key: KeyObject) => key.export({ format: 'jwk' });

/** The answer of `/.well-known/jwks.json`. */
export const falKeys = { keys: [retired.publicKey, current.publicKey].map(falJwkOf) };

/** The headers of a signature with this key. */
export function falHeaders(
	body: string,
	nowMs: number,
	privateKey: KeyObject,
): Record<string, string> {
	const parsed = JSON.parse(body) as { request_id?: string };
	const id = parsed.request_id ?? 'none';
	const user = 'github|123456';
	const time = String(Math.floor(nowMs / 1000));
	const digest = createHash('sha256').update(body).digest('hex');
	const signature = sign(null, Buffer.from([id, user, time, digest].join('\n')), privateKey);
	return {
		'x-fal-webhook-request-id': id,
		'x-fal-webhook-user-id': user,
		'x-fal-webhook-timestamp': time,
		'x-fal-webhook-signature': signature.toString('hex'),
	};
}

export const falScheme: Scheme = {
	name: 'Ed25519',
	webhookSecret: '',
	isTimed: true,
	sign: ({ body, nowMs, forged }) =>
		falHeaders(body, nowMs, (forged ? stranger : current).privateKey),
};
