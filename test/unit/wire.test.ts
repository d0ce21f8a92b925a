import { providerById } from '../../nodes/Seedance/providers';
import { sendForText, type Caller, type Key } from '../../nodes/Seedance/runtime/wire';

/** The head of an answer comes, and then the line breaks with this code. */
function breakingOff(code: string): Caller {
	const body = {
		[Symbol.asyncIterator]: () => ({
			next: () => Promise.reject(Object.assign(new Error('broken'), { code })),
		}),
	};
	const httpRequestWithAuthentication = () =>
		Promise.resolve({ statusCode: 200, headers: {}, body });
	return { helpers: { httpRequestWithAuthentication } } as unknown as Caller;
}

describe('an answer that breaks off', () => {
	it.each(['ECONNRESET', 'ETIMEDOUT', 'EPROTO'])(
		'by %s leaves it open whether the submit has started a job',
		async (code) => {
			const key = { provider: providerById('segmind'), settings: {}, credential: {} } as Key;
			const call = { method: 'POST', path: '/v2/seedance-pro' } as const;
			const answer = await sendForText(breakingOff(code), key, call, 1_000);
			expect(answer).toMatchObject({ ok: false, fault: { ambiguous: true } });
		},
	);
});
