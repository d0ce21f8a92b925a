import { createHmac, randomUUID } from 'node:crypto';
import type { Scheme } from './dialect.ts';

/** As WaveSpeedAI signs [doc]. [us] All accounts of the sandbox have the same secret. */

/** What follows the prefix could be base64, but is the key as it is written. [doc] */
export const WAVESPEED_SECRET = 'whsec_c2FuZGJveC13YXZlc3BlZWQtc2VjcmV0';

/** `v3,` and the HMAC in hex, with the headers of Standard Webhooks. */
export function signatureHeaders(
	body: string,
	nowMs: number,
	secret: string,
): Record<string, string> {
	const id = randomUUID().replaceAll('-', '');
	const time = String(Math.floor(nowMs / 1000));
	const mac = createHmac('sha256', secret.replace('whsec_', '')).update(`${id}.${time}.${body}`);
	return {
		'webhook-id': id,
		'webhook-timestamp': time,
		'webhook-signature': `v3,${mac.digest('hex')}`,
	};
}

export const waveSpeedScheme: Scheme = {
	name: 'WaveSpeedAI',
	// Clients fetch it.
	webhookSecret: '',
	isTimed: true,
	sign: ({ body, nowMs, forged }) =>
		signatureHeaders(body, nowMs, forged ? 'whsec_another' : WAVESPEED_SECRET),
};
