import { generateKeyPairSync, createHash, sign, type KeyObject } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { success, type Outcome } from '../../nodes/Seedance/core/fault';
import type { Provider, Signature } from '../../nodes/Seedance/core/provider';
import { ed25519 } from '../../nodes/Seedance/core/ed25519';
import { standardWebhooks } from '../../nodes/Seedance/core/signature';
import { accountOf } from '../../nodes/Seedance/runtime/limits/account';
import { senderOf } from '../../nodes/Seedance/runtime/callbacks/sender';
import type { Session } from '../../nodes/Seedance/runtime/api/session';
import { refuses } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const BODY = Buffer.from('{"id":"job_1"}');
const DAY_MS = 86_400_000;

const newKey = () => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	return { privateKey, x: String(publicKey.export({ format: 'jwk' }).x) };
};

const published: Signature = {
	...ed25519({ signed: ['x-id', 'x-time'], timestamp: 'x-time', signature: 'x-sig' }),
	keys: { request: () => ({ method: 'GET', path: '/keys' }), response: (body) => body as string[] },
};

/** A provider that publishes the keys `x`, as its answers to the fetches say. */
function world(fetches: Array<Outcome<string[]>>, { secret = '', signatures = [published] } = {}) {
	const clock = new VirtualClock(Date.UTC(2026, 0, 1));
	let fetched = 0;
	const limits = { requestsPerMinute: 60, maxConcurrentJobs: 5 };
	const session = {
		provider: { callback: { signatures, jobsIn: () => [] } } as unknown as Provider,
		settings: { apiKey: 'key', webhookSecret: secret },
		account: accountOf('https://keys.example', `key ${Math.random()}`, limits),
		clock,
		call: async (intent: string) => {
			expect(intent).toBe('account');
			const answer = fetches[Math.min(fetched, fetches.length - 1)]!;
			fetched += 1;
			await clock.sleep(100);
			return answer;
		},
	} as unknown as Session;
	const senderWith = (headers: Record<string, unknown>) => {
		const ctx = {
			getHeaderData: () => headers,
			getRequestObject: () => ({ rawBody: BODY }),
		} as unknown as IWebhookFunctions;
		return senderOf(ctx, session, 'execution 7');
	};
	const signedBy = (key: KeyObject) => {
		const time = String(Math.floor(clock.now() / 1_000));
		const text = ['id-1', time, createHash('sha256').update(BODY).digest('hex')].join('\n');
		const signature = sign(null, Buffer.from(text), key).toString('hex');
		return senderWith({ 'x-id': 'id-1', 'x-time': time, 'x-sig': signature });
	};
	return { clock, signedBy, senderWith, fetches: () => fetched };
}

describe('callbacks that are signed with published keys', () => {
	const [one, other] = [newKey(), newKey()];

	it('are known by any of the keys, which are fetched once a day', async () => {
		const { clock, signedBy, fetches } = world([success([other.x, one.x])]);
		expect(await signedBy(one.privateKey)).toBe('signed');
		expect(await signedBy(other.privateKey)).toBe('signed');
		await clock.sleep(DAY_MS - 1_000);
		expect(await signedBy(one.privateKey)).toBe('signed');
		expect(fetches()).toBe(1);
		await clock.sleep(1_000);
		expect(await signedBy(one.privateKey)).toBe('signed');
		expect(fetches()).toBe(2);
	});

	it('share one fetch where they come at the same time', async () => {
		const { signedBy, fetches } = world([success([one.x])]);
		const all = await Promise.all(Array.from({ length: 20 }, () => signedBy(one.privateKey)));
		expect(new Set(all)).toEqual(new Set(['signed']));
		expect(fetches()).toBe(1);
	});

	it('are known by a new key as soon as the provider uses it', async () => {
		const { clock, signedBy, fetches } = world([success([one.x]), success([other.x])]);
		expect(await signedBy(one.privateKey)).toBe('signed');
		await clock.sleep(60_000);
		expect(await signedBy(other.privateKey)).toBe('signed');
		expect(await signedBy(one.privateKey)).toBe('forged');
		expect(fetches()).toBe(2);
	});

	it('are forged where no key fits, and do not make us fetch more than once a minute', async () => {
		const { clock, signedBy, fetches } = world([success([one.x])]);
		for (let count = 0; count < 10; count += 1) {
			expect(await signedBy(other.privateKey)).toBe('forged');
		}
		expect(fetches()).toBe(1);
		// The fetch itself took 100 ms.
		await clock.sleep(59_899);
		expect(await signedBy(other.privateKey)).toBe('forged');
		expect(fetches()).toBe(1);
		await clock.sleep(1);
		expect(await signedBy(other.privateKey)).toBe('forged');
		expect(fetches()).toBe(2);
	});

	it('cannot be checked while the keys cannot be fetched, and are with the next fetch', async () => {
		const broken = refuses({ httpStatus: 500, transient: true }) as Outcome<never>;
		const { clock, signedBy, fetches } = world([broken, success([one.x])]);
		expect(await signedBy(one.privateKey)).toBe('unsigned');
		expect(await signedBy(one.privateKey)).toBe('unsigned');
		expect(fetches()).toBe(1);
		await clock.sleep(60_000);
		expect(await signedBy(one.privateKey)).toBe('signed');
	});

	it('go on with the old keys where the daily fetch fails', async () => {
		const broken = refuses({ httpStatus: 500, transient: true }) as Outcome<never>;
		const { clock, signedBy } = world([success([one.x]), broken]);
		expect(await signedBy(one.privateKey)).toBe('signed');
		await clock.sleep(2 * DAY_MS);
		expect(await signedBy(one.privateKey)).toBe('signed');
		expect(await signedBy(other.privateKey)).toBe('forged');
	});

	it('are fetched from the other address where the first has none', async () => {
		const broken = refuses({ httpStatus: 404 }) as Outcome<never>;
		const signatures = [{ ...published, otherKeys: published.keys }];
		for (const first of [broken, success([])]) {
			const { signedBy, fetches } = world([first, success([one.x])], { signatures });
			expect(await signedBy(one.privateKey)).toBe('signed');
			expect(fetches()).toBe(2);
		}
		const { signedBy, fetches } = world([success([one.x]), broken], { signatures });
		expect(await signedBy(one.privateKey)).toBe('signed');
		expect(fetches()).toBe(1);
	});

	it('are forged without a signature', async () => {
		const { senderWith } = world([success([one.x])]);
		expect(await senderWith({})).toBe('forged');
	});
});

it('where a provider signs in one of two ways, either is good, and the secret may be missing', async () => {
	const key = newKey();
	const signatures = [published, standardWebhooks];
	const without = world([success([key.x])], { signatures });
	expect(await without.signedBy(key.privateKey)).toBe('signed');
	const withSecret = world([success([key.x])], { signatures, secret: 'whsec_AAAA' });
	expect(await withSecret.signedBy(key.privateKey)).toBe('signed');
	expect(await withSecret.senderWith({ 'webhook-id': 'a' })).toBe('forged');
});

it('where a provider signs nothing, nothing is signed, and nothing is forged', async () => {
	const { senderWith } = world([], { signatures: [] });
	expect(await senderWith({ 'x-sig': 'a' })).toBe('unsigned');
});
