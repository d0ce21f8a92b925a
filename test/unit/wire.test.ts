import { providerById } from '../../nodes/Seedance/providers';
import type { Settings } from '../../nodes/Seedance/runtime/api/credential';
import {
	parseJson,
	sendForText,
	type Caller,
	type Key,
} from '../../nodes/Seedance/runtime/api/send';

const settings = {
	apiKey: 'sk-live/1',
	webhookSecret: 'whsec/12',
	baseUrl: '',
	hosts: { base: '' },
} as unknown as Settings;

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
			const key = { provider: providerById('segmind'), settings, credential: {} } as Key;
			const call = { method: 'POST', path: '/v2/seedance-pro' } as const;
			const answer = await sendForText(breakingOff(code), key, call, 1_000);
			expect(answer).toMatchObject({ ok: false, fault: { ambiguous: true } });
		},
	);
});

describe('what a provider sent', () => {
	it.each<[string, string, unknown]>([
		[
			'the key',
			'{"a":["The key sk-live/1 is bad, sk-live/1!"]}',
			{ a: ['The key *** is bad, ***!'] },
		],
		['the key as a name', '{"a":{"sk-live/1":1,"b":2}}', { a: { '***': 1, b: 2 } }],
		['the key alone', '"sk-live\\/1"', '***'],
		['the key in escapes', '{"\\u0073k-live\\/1":"\\u0073k-live\\/1"}', { '***': '***' }],
		['the webhook secret', '{"whsec/12":"whsec/12"}', { '***': '***' }],
	])('has %s masked', (_, text, read) => {
		expect(parseJson(text, settings)).toEqual(read);
	});

	it('keeps everything else as it is', () => {
		const body = { __proto__: null, a: [1, null, true, 'sk-live', { b: {} }], sk: '***' };
		expect(parseJson(JSON.stringify(body), settings)).toEqual({ ...body });
	});

	it('keeps a text in which a short webhook secret happens to be', () => {
		expect(parseJson('{"a":"secret"}', { ...settings, webhookSecret: 'e' })).toEqual({
			a: 'secret',
		});
	});

	it.each(['', '{', 'sk-live/1'])('that is no JSON (%p) is nothing', (text) => {
		expect(parseJson(text, settings)).toBeUndefined();
	});
});
