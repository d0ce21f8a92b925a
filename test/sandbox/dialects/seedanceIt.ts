import { ACCOUNT_LIMITS } from '../decisions.ts';
import type { SignatureEncoding } from '../types.ts';
import type { Scheme, StandIn } from './dialect.ts';
import { lite } from './lite.ts';
import { pro } from './pro.ts';
import { signatureHeaders } from './seedance.ts';
import { unified } from './unified.ts';

const WEBHOOK_SECRET = 'sandbox-webhook-secret';

const scheme = (name: string, encoding: SignatureEncoding): Scheme => ({
	name: `HMAC ${name}`,
	webhookSecret: WEBHOOK_SECRET,
	isTimed: encoding === 'timestamped',
	sign: ({ body, nowMs, forged }, secret) =>
		signatureHeaders(body, forged ? `not-${secret}` : secret, encoding, nowMs),
});

/** seedance.it.com: three dialects with one key, one balance, one queue and one rate limit. */
export const seedanceStandIn: StandIn = {
	provider: 'seedance',
	credentialType: 'seedanceApi',
	account: {
		apiKey: 'sandbox-key-not-a-real-one',
		webhookSecret: WEBHOOK_SECRET,
		credits: 100_000,
		tier: 'popular',
		...ACCOUNT_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'credits',
	hosts: { baseUrl: '/v1' },
	trials: [
		{ dialect: 'unified', parameters: { model: 'seedance-2.0', duration: 4 } },
		{
			dialect: 'lite',
			parameters: {
				model: 'seedance-1.0-lite',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/shoe.jpg',
				duration: 4,
				cameraLock: true,
			},
			plainStatus: true,
		},
	],
	callbacks: [scheme('of the body', 'hex'), scheme('of time and body', 'timestamped')],
	dialects: (core) => [unified(core), pro(core), lite(core)],
};
