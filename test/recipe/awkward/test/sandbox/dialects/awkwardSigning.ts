import { createHash, createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Scheme } from './dialect.ts';

/** Both ways in which Awkward Video signs its callbacks. */

const SECRET_START = 'whsec_';

const current = generateKeyPairSync('ed25519');
/** Published, but not in use any more. */
const retired = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');

/** `kty`, `crv` and `x` of a public key. */
export const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' });

/** The answer to `GET /keys`. */
export const publishedKeys = { keys: [retired.publicKey, current.publicKey].map(jwkOf) };

const secondsOf = (nowMs: number): string => String(Math.floor(nowMs / 1000));

/** The headers of a signature with this key. */
export function ed25519Headers(
	body: string,
	nowMs: number,
	privateKey: KeyObject,
): Record<string, string> {
	const [id, time] = [randomUUID(), secondsOf(nowMs)];
	const digest = createHash('sha256').update(body).digest('hex');
	const signature = sign(null, Buffer.from(`${id}\n${time}\n${digest}`), privateKey);
	return {
		'x-awkward-id': id,
		'x-awkward-time': time,
		'x-awkward-signature': signature.toString('hex'),
	};
}

export const ed25519: Scheme = {
	name: 'Ed25519',
	webhookSecret: '',
	isTimed: true,
	sign: ({ body, nowMs, forged }) =>
		ed25519Headers(body, nowMs, (forged ? stranger : current).privateKey),
};

export const standardWebhooks: Scheme = {
	name: 'Standard Webhooks',
	webhookSecret: SECRET_START + Buffer.from('sandbox-awkward-secret').toString('base64'),
	isTimed: true,
	sign({ body, nowMs, forged }, webhookSecret) {
		const [id, time] = [`msg_${randomUUID()}`, secondsOf(nowMs)];
		const key = Buffer.from(webhookSecret.slice(SECRET_START.length), 'base64');
		const signed = (secret: Buffer) =>
			`v1,${createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64')}`;
		const other = Buffer.from('another secret');
		return {
			'webhook-id': id,
			'webhook-timestamp': time,
			// There may be several; whoever changes the secret signs with both.
			'webhook-signature': `${signed(other)} ${signed(forged ? other : key)}`,
		};
	},
};
