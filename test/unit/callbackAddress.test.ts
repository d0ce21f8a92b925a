/** The address of a waiting execution: who knows it may wake it, and a provider must be able to reach it. */
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import {
	callbackAddress,
	executionOf,
	knowsAddress,
	ownAddress,
} from '../../nodes/Seedance/runtime/callbacks/address';

const settings = { apiKey: 'key', baseUrl: 'https://api.example/v1' };
const resumeUrl = 'https://n8n.example/webhook-waiting/7';
const contextOf = (url: string, query: object = {}) =>
	({
		evaluateExpression: (expression: string) =>
			expression === '{{ [$execution.id, $execution.resumeUrl] }}' ? ['7', url] : undefined,
		getQueryData: () => query,
	}) as unknown as IExecuteFunctions & IWebhookFunctions;

const tokenIn = (url: URL) => url.searchParams.get('token');
const tokenOf = (id: string, apiKey = 'key') => tokenIn(ownAddress({ id, resumeUrl }, { apiKey }));

it('has our suffix, and a token of ours where n8n has none', () => {
	const url = ownAddress(executionOf(contextOf(resumeUrl)), settings);
	expect(url.origin + url.pathname).toBe(`${resumeUrl}/seedance-callback`);
	expect(tokenIn(url)).toMatch(/^[\w-]{43}$/);
});

it('has only the token of n8n where it has one', () => {
	const url = ownAddress({ id: '7', resumeUrl: `${resumeUrl}?signature=abc` }, settings);
	expect(url.search).toBe('?signature=abc');
});

it('has a token of this execution and of this key', () => {
	expect(new Set([tokenOf('7'), tokenOf('8'), tokenOf('7', 'other')]).size).toBe(3);
});

describe('is known', () => {
	const knows = (query: object, url = resumeUrl) =>
		knowsAddress(contextOf(url, query), { id: '7', resumeUrl: url }, settings);

	it('to whoever has its token', () => {
		expect(knows({ token: tokenOf('7') })).toBe(true);
	});

	it.each([{}, { token: '' }, { token: tokenOf('8') }, { token: [tokenOf('7')] }])(
		'not to others: %p',
		(query) => {
			expect(knows(query)).toBe(false);
		},
	);

	it('to whom n8n has let in', () => {
		expect(knows({}, `${resumeUrl}?signature=abc`)).toBe(true);
	});
});

describe('a provider on the internet', () => {
	const asked = (host: string, baseUrl = settings.baseUrl) =>
		callbackAddress(contextOf(`http://${host}/webhook-waiting/7`), { ...settings, baseUrl });

	it.each([
		['localhost:5678'],
		['127.0.0.1'],
		['10.0.0.7'],
		['192.168.1.20'],
		['172.16.0.1'],
		['172.20.3.4'],
		['172.31.255.1'],
	])('cannot call %s, which is said before anything is paid', (host) => {
		expect(asked(host)).toMatchObject({
			ok: false,
			fault: {
				message: expect.stringContaining(`cannot call back http://${host}, `) as string,
				hint: expect.stringMatching(/Set WEBHOOK_URL .* Nothing was submitted\.$/) as string,
			},
		});
	});

	it.each([
		['n8n.example'],
		['11.0.0.7'],
		['110.0.0.7'],
		['172.15.0.1'],
		['172.32.0.1'],
		['193.168.1.20'],
		['10.example'],
		['10.0.0.7.example'],
	])('can call %s', (host) => {
		expect(asked(host)).toMatchObject({
			ok: true,
			value: expect.stringContaining(
				`http://${host}/webhook-waiting/7/seedance-callback?token=`,
			) as string,
		});
	});

	it('is none where it is in the same network itself', () => {
		expect(asked('localhost:5678', 'http://127.0.0.1:9000')).toMatchObject({ ok: true });
	});
});
