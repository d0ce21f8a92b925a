import { createHmac, randomUUID } from 'node:crypto';
import type { Scheme } from './dialect.ts';

/** Standard Webhooks, as Replicate signs [doc]. [us] All accounts of the sandbox have the same secret. */

export const SECRET = `whsec_${Buffer.from('sandbox-replicate-secret').toString('base64')}`;

/** The headers of a signature with this secret, after another one that does not fit: there may be several [doc]. */
export function signatureHeaders(
	body: string,
	nowMs: number,
	secret: string,
): Record<string, string> {
	const id = `msg_${randomUUID()}`;
	const time = String(Math.floor(nowMs / 1000));
	const signed = (key: Buffer) =>
		`v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
	const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
	return {
		'webhook-id': id,
		'webhook-timestamp': time,
		'webhook-signature': `${signed(Buffer.from('a former secret'))} ${signed(key)}`,
	};
}

export const standardWebhooks: Scheme = {
	name: 'Standard Webhooks',
	// Clients fetch it.
	webhookSecret: '',
	isTimed: true,
	sign: ({ body, nowMs, forged }) =>
		signatureHeaders(body, nowMs, forged ? 'whsec_YW5vdGhlciBzZWNyZXQ=' : SECRET),
};
