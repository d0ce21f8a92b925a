import { createHmac } from 'node:crypto';
import type { Scheme } from './dialect.ts';

/** `X-OpenRouter-Signature: t=<Unix seconds>,v1=<hex>`, over the time, a comma and the raw body [doc]. */

const SECRET = 'sandbox-openrouter-webhook-secret';

export function signatureHeaders(
	body: string,
	nowMs: number,
	secret: string,
): Record<string, string> {
	const time = Math.floor(nowMs / 1000);
	const hex = createHmac('sha256', secret).update(`${time},${body}`).digest('hex');
	return { 'x-openrouter-signature': `t=${time},v1=${hex}` };
}

/** Only if a secret was set for the workspace [doc]. */
export const timedHmac: Scheme = {
	name: 'HMAC of time and body',
	webhookSecret: SECRET,
	isTimed: true,
	sign: ({ body, nowMs, forged }, secret) =>
		signatureHeaders(body, nowMs, forged ? `not-${secret}` : secret),
};
