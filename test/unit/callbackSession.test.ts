import { createHmac } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { providerById } from '../../nodes/Seedance/providers';
import { openForCallback } from '../../nodes/Seedance/runtime/callbacks/session';
import { VirtualClock } from './virtualClock.ts';

const provider = providerById('seedance');
const BODY = '{"task_id":"task_1"}';
let nodes = 0;

/** A node that is called; its credential is what the test says at the time. */
function calledNode() {
	const state = { secret: 'first', readings: 0, broken: false };
	const id = `node-${(nodes += 1)}`;
	const clock = new VirtualClock();
	const call = (signedWith: string) =>
		({
			getWorkflow: () => ({ id: 'workflow' }),
			getNode: () => ({ id, credentials: { seedanceApi: { id: '1', name: 'Mine' } } }),
			getHeaderData: () => ({
				'x-seedance-signature': createHmac('sha256', signedWith).update(BODY).digest('hex'),
			}),
			getRequestObject: () => ({ rawBody: Buffer.from(BODY) }),
			getCredentials: () => {
				state.readings += 1;
				if (state.broken) {
					return clock.sleep(50).then(() => {
						throw new Error('gone');
					});
				}
				const baseUrl = 'https://api.example/v1';
				return Promise.resolve({ apiKey: 'key', baseUrl, webhookSecret: state.secret });
			},
		}) as unknown as IWebhookFunctions;
	const senderOf = async (signedWith: string, onDelay?: () => void) => {
		const opened = await openForCallback(
			{ ctx: call(signedWith), provider, receiver: 'execution 7' },
			onDelay,
			clock,
		);
		return opened.ok ? opened.value.sender : 'closed';
	};
	return { state, clock, senderOf };
}

describe('the session for a callback', () => {
	it('reads the credential once for a burst', async () => {
		const { state, senderOf } = calledNode();
		const senders = await Promise.all([...Array(20)].map(() => senderOf('first')));
		expect([new Set(senders), state.readings]).toEqual([new Set(['signed']), 1]);
	});

	it('reads it again after some seconds, and forgets only what is old', async () => {
		const timeouts: AbortController[] = [];
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
			expect(ms).toBe(5_000);
			timeouts.push(new AbortController());
			return timeouts.at(-1)!.signal;
		});
		const { state, senderOf } = calledNode();
		await senderOf('first');
		state.secret = 'second';
		await senderOf('second');
		expect(state.readings).toBe(2);
		// The first reading was replaced long ago.
		timeouts[0]!.abort();
		await senderOf('second');
		expect(state.readings).toBe(2);
		timeouts[1]!.abort();
		await senderOf('second');
		expect(state.readings).toBe(3);
		timeout.mockRestore();
	});

	it('shares it with no other node', async () => {
		const [one, other] = [calledNode(), calledNode()];
		other.state.secret = 'of the other';
		expect([await one.senderOf('first'), await other.senderOf('first')]).toEqual([
			'signed',
			'forged',
		]);
	});

	it('believes a secret that was changed a moment ago', async () => {
		const { state, senderOf } = calledNode();
		await senderOf('first');
		state.secret = 'second';
		expect(await senderOf('second')).toBe('signed');
		expect([await senderOf('first'), state.readings]).toEqual(['forged', 3]);
	});

	it('refuses a forgery after a fresh reading', async () => {
		const { state, senderOf } = calledNode();
		expect(await senderOf('another')).toBe('forged');
		expect(await senderOf('another')).toBe('forged');
		expect(state.readings).toBe(2);
	});

	it('tries again where n8n cannot read the credential for a moment, all callbacks of a burst together', async () => {
		const { state, clock, senderOf } = calledNode();
		state.broken = true;
		void clock.sleep(500).then(() => (state.broken = false));
		const onDelay = jest.fn();
		const senders = await Promise.all([...Array(20)].map(() => senderOf('first', onDelay)));
		expect([new Set(senders), state.readings]).toEqual([new Set(['signed']), 3]);
		// Nor when its time would have come.
		await clock.sleep(5_000);
		expect(onDelay).not.toHaveBeenCalled();
	});

	it('says when it takes so long that the caller needs an answer, and goes on trying for minutes', async () => {
		const { state, clock, senderOf } = calledNode();
		state.broken = true;
		const start = clock.now();
		let delayedAt = 0;
		void clock.sleep(100_000).then(() => (state.broken = false));
		expect(await senderOf('first', () => (delayedAt ||= clock.now()))).toBe('signed');
		expect(delayedAt - start).toBe(3_000);
	});

	it('gives up after some minutes, and does not keep a reading that failed', async () => {
		const { state, clock, senderOf } = calledNode();
		state.broken = true;
		const start = clock.now();
		await expect(senderOf('first')).rejects.toThrow('gone');
		expect((clock.now() - start) / 60_000).toBeCloseTo(2.9, 0);
		state.broken = false;
		expect(await senderOf('first')).toBe('signed');
	});
});
