import { createHmac } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { providerById } from '../../nodes/Seedance/providers';
import type { Session } from '../../nodes/Seedance/runtime/api/session';
import { senderOf, signOwnCall, type OwnCall } from '../../nodes/Seedance/runtime/callbacks/sender';
import { VirtualClock } from './virtualClock.ts';

const NOW = Date.UTC(2026, 0, 1);
const BODY = '{"event":"n8n.selfCall"}';
const HEADER = 'x-n8n-seedance-call';
const settings = { apiKey: 'the-api-key', webhookSecret: 'secret' };
const call: OwnCall = { receiver: 'execution 7', sender: 'unsigned', body: BODY };
const genuine = signOwnCall(settings, call, NOW);

/** Who has sent this, in the eyes of execution 7. */
function sentBy(
	headers: Record<string, unknown>,
	{
		now = NOW,
		body = BODY,
		provider = 'seedance',
		apiKey = settings.apiKey,
		secret = 'secret',
	} = {},
) {
	const ctx = {
		getHeaderData: () => headers,
		getRequestObject: () => ({ rawBody: Buffer.from(body) }),
	} as unknown as IWebhookFunctions;
	const session = {
		provider: providerById(provider),
		settings: { apiKey, webhookSecret: secret },
		clock: new VirtualClock(now),
	} as unknown as Session;
	return senderOf(ctx, session, 'execution 7');
}

/** Computed here and not by the code under test. */
const signedWith = (apiKey: string, receiver: string, sender: string, time: number) => {
	const key = createHmac('sha256', apiKey).update('n8n-nodes-seedance own call').digest();
	const text = JSON.stringify([receiver, sender, time]);
	return `${sender}.${time}.${createHmac('sha256', key).update(text).update(BODY).digest('base64url')}`;
};

it('our own call is known by an HMAC under a key that is derived from the API key', async () => {
	expect(genuine).toBe(signedWith('the-api-key', 'execution 7', 'unsigned', NOW));
	expect(genuine).not.toContain('the-api-key');
	await expect(sentBy({ [HEADER]: genuine })).resolves.toBe('unsigned');
	await expect(sentBy({ [HEADER]: genuine }, { secret: '' })).resolves.toBe('unsigned');
	await expect(sentBy({ [HEADER]: genuine }, { provider: 'seedanceOrg' })).resolves.toBe(
		'unsigned',
	);
});

it('it vouches for what was signed by the provider, and for nothing else', async () => {
	const signed = signOwnCall(settings, { ...call, sender: 'signed' }, NOW);
	await expect(sentBy({ [HEADER]: signed })).resolves.toBe('signed');
	await expect(sentBy({ [HEADER]: genuine.replace('unsigned', 'signed') })).resolves.toBe('forged');
	await expect(sentBy({ [HEADER]: signed.replace('signed', 'unsigned') })).resolves.toBe('forged');
});

it.each([
	['five minutes', 300_000, 'unsigned'],
	['more', 300_001, 'forged'],
	['five minutes ahead', -300_000, 'unsigned'],
	['more than that', -300_001, 'forged'],
])('it is good for a while: %s', async (_, ageMs, sender) => {
	await expect(sentBy({ [HEADER]: genuine }, { now: NOW + ageMs })).resolves.toBe(sender);
});

describe('an own call is forged', () => {
	const [, , mac] = genuine.split('.');
	it.each<[string, unknown, Parameters<typeof sentBy>[1]?]>([
		['with another body', genuine, { body: `${BODY} ` }],
		['with another API key', genuine, { apiKey: 'another' }],
		['for another execution', signedWith('the-api-key', 'execution 8', 'unsigned', NOW)],
		['for a trigger', signedWith('the-api-key', 'trigger 7', 'unsigned', NOW)],
		['by an empty key', signedWith('', 'execution 7', 'unsigned', NOW)],
		['by the webhook secret', signedWith('secret', 'execution 7', 'unsigned', NOW)],
		['by somebody who calls himself something else', `forged.${NOW}.${mac}`],
		['with another time', `unsigned.${NOW + 1}.${mac}`],
		['with a time in seconds', `unsigned.${NOW / 1_000}.${mac}`],
		['without a time', `unsigned.${mac}`],
		['without its HMAC', `unsigned.${NOW}.`],
		['with half of it', genuine.slice(0, -20)],
		['with a character more', `${genuine}A`],
		['with a line break behind it', `${genuine}\n`],
		['with the HMAC alone', mac],
		['where the header comes twice', [genuine, genuine]],
		['where it is empty', ''],
	])('%s', async (_, header, options = {}) => {
		await expect(sentBy({ [HEADER]: header }, options)).resolves.toBe('forged');
		await expect(sentBy({ [HEADER]: header }, { ...options, secret: '' })).resolves.toBe('forged');
	});

	it("whatever the provider's signature beside it says", async () => {
		const signature = createHmac('sha256', 'secret').update(BODY).digest('hex');
		const headers = { 'x-seedance-signature': signature };
		await expect(sentBy(headers)).resolves.toBe('signed');
		await expect(sentBy({ ...headers, [HEADER]: 'x' })).resolves.toBe('forged');
	});
});

describe("the provider's signature", () => {
	const signed = (secret: string) => createHmac('sha256', secret).update(BODY).digest('hex');
	const sentWith = (signature: unknown, secret: string) =>
		sentBy({ 'x-seedance-signature': signature }, { secret });

	it.each(['', 'secret'])(
		'with the secret "%s" proves nothing where the user has entered none',
		async (secret) => {
			expect(await sentWith(signed(secret), '')).toBe('unsigned');
		},
	);

	it('that comes twice is forged', async () => {
		expect(await sentWith([signed('secret'), signed('secret')], 'secret')).toBe('forged');
	});
});
