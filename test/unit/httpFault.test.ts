/** What an HTTP status means: whether a call may be made again is decided here, and with it who pays twice. */
import { faultOfAnswer } from '../../nodes/Seedance/core/httpFault';
import type { Intent, Provider } from '../../nodes/Seedance/core/provider';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import { seedanceOrg } from '../../nodes/Seedance/providers/seedanceOrg';
import { segmind } from '../../nodes/Seedance/providers/segmind';

/** Those whose words for these two are the common ones. */
const providers = [seedance, segmind, seedanceOrg];

type Words = ReturnType<Provider['fault']>;
interface Asked {
	intent?: Intent;
	retryAfter?: string;
	words?: Words;
}

const faultOf = (status: number, { intent = 'submit', retryAfter, words = {} }: Asked = {}) => {
	const headers = { 'retry-after': retryAfter };
	const provider = { name: 'Acme', fault: () => words };
	const answer = { status, headers, body: undefined };
	return faultOfAnswer(provider, intent, answer, 'My key', 0);
};

it.each([
	[400, false, false],
	[401, false, false],
	[404, false, false],
	[408, true, true],
	[409, false, false],
	[425, true, false],
	[429, true, false],
	[499, false, false],
	[500, true, true],
	[503, true, true],
])('HTTP %i may pass: %p; may have started a job: %p', (status, transient, ambiguous) => {
	expect(faultOf(status)).toMatchObject({ httpStatus: status, transient, ambiguous });
});

it.each([
	[299, 'did not accept the request (HTTP 299)'],
	[300, 'answered with a redirect (HTTP 300)'],
	[399, 'answered with a redirect (HTTP 399)'],
	[400, 'did not accept the request (HTTP 400)'],
	[401, 'refused the API key of the credential "My key"'],
	[429, 'is getting too many requests from this account'],
	[500, 'had an internal error (HTTP 500)'],
])('HTTP %i: Acme %s', (status, words) => {
	const { message, hint } = faultOf(status);
	expect(message).toContain(`Acme ${words}`);
	expect(hint).toMatch(/\w+\.$/);
});

it.each<[Intent, string]>([
	['ask', 'Acme knows no job with this ID'],
	['cancel', 'Acme knows no job with this ID'],
	['submit', 'Acme did not accept the request (HTTP 404)'],
])('HTTP 404 to %s: %s', (intent, message) => {
	expect(faultOf(404, { intent }).message).toBe(message);
});

it.each([
	[429, undefined, 60_000, 'Try again in a minute,'],
	[429, '60', 60_000, 'Try again in a minute,'],
	[429, '61', 61_000, 'Try again in 2 minutes,'],
	[503, '7', 7_000, ''],
	[503, undefined, undefined, ''],
	[500, '7', undefined, ''],
])('HTTP %i with Retry-After %p is tried again after %p ms', (status, retryAfter, ms, hint) => {
	const fault = faultOf(status, { retryAfter });
	expect(fault.retryAfterMs).toBe(ms);
	expect(fault.hint).toContain(hint);
});

describe('what the provider says itself', () => {
	it('stands in the place of our words, as far as it goes', () => {
		const { hint } = faultOf(400);
		const words = { message: 'No lamp', code: undefined };
		const fault = faultOf(400, { words });
		expect(fault).toMatchObject({ message: 'No lamp', hint });
		expect(fault).not.toHaveProperty('code');
	});

	it('is cut where it is a whole web page', () => {
		expect(faultOf(400, { words: { message: 'x'.repeat(500) } }).message).toHaveLength(500);
		expect(faultOf(400, { words: { message: 'x'.repeat(501) } }).message).toBe(
			`${'x'.repeat(499)}…`,
		);
	});

	it.each([401, 429, 503])('also stands in the place of the words of HTTP %i', (status) => {
		const { hint, ...common } = faultOf(status);
		const words = { message: 'No lamp', code: 'lamp' };
		expect(faultOf(status, { words })).toEqual({ ...common, hint, ...words });
		expect(faultOf(status, { words: { hint: 'Buy one.' } })).toEqual({
			...common,
			hint: 'Buy one.',
		});
	});

	it('may be that a 429 will not pass: then there is no pause that would help', () => {
		const words = { message: 'No credits', hint: 'Buy some.', transient: false };
		expect(faultOf(429, { words, retryAfter: '7' })).toEqual({
			httpStatus: 429,
			ambiguous: false,
			...words,
		});
		const { message, hint } = faultOf(429, { words: { transient: false } });
		expect(message).toBe('Acme did not accept the request (HTTP 429)');
		expect(hint).not.toContain('Try again');
	});

	it('may be that another refusal will pass', () => {
		expect(faultOf(400, { words: { transient: true } })).toMatchObject({
			transient: true,
			ambiguous: false,
		});
	});

	it.each(providers)('is nothing about a key or too many requests at $name', (provider) => {
		const bodies = [
			undefined,
			'No',
			{ error: 'No', code: 'invalid_api_key' },
			{ error: { code: 'rate_limit_exceeded', message: 'No' } },
			{ code: 'INVALID_API_KEY', message: 'No' },
			{ code: 401, message: 'INVALID_API_KEY: no' },
		];
		for (const status of [401, 429])
			for (const intent of ['submit', 'ask', 'cancel', 'upload', 'account'] as const)
				for (const body of bodies) expect(provider.fault(status, body, intent)).toEqual({});
	});
});
