import type { IHttpRequestOptions } from 'n8n-workflow';
import { signBody } from '../../nodes/Seedance/core/signature';
import {
	selfCall,
	callWhenAsleep,
	type SelfCallResult,
} from '../../nodes/Seedance/runtime/callbacks/selfCall';
import type { Session } from '../../nodes/Seedance/runtime/api/session';
import type { Caller } from '../../nodes/Seedance/runtime/api/send';
import { providerById } from '../../nodes/Seedance/providers';
import { promising, VirtualClock } from './virtualClock.ts';

const PLACE = { id: '7', resumeUrl: 'https://n8n.example/webhook-waiting/7' };

type Request = (options: IHttpRequestOptions) => Promise<unknown>;

function bellOf(request: Request, provider = 'seedance', webhookSecret = 'secret') {
	const caller = { helpers: { httpRequest: request } } as unknown as Caller;
	const settings = { apiKey: 'the-api-key', webhookSecret } as Session['settings'];
	return selfCall(caller, { provider: providerById(provider), settings }, PLACE);
}

async function requestOf(provider?: string, secret?: string): Promise<IHttpRequestOptions> {
	let sent: IHttpRequestOptions | undefined;
	const request = (options: IHttpRequestOptions) => {
		sent = options;
		return Promise.resolve({ statusCode: 200, body: '{"status":"ok"}' });
	};
	expect(await bellOf(request, provider, secret)()).toBe('heard');
	return sent!;
}

describe("the call to the execution's own address", () => {
	it('is signed as the provider signs, and carries no key', async () => {
		const sent = await requestOf();
		expect(sent.headers).toEqual({
			'content-type': 'application/json',
			'x-seedance-signature': signBody('secret', sent.body as string),
		});
		expect(sent.url).toMatch(
			/^https:\/\/n8n\.example\/webhook-waiting\/7\/seedance-callback\?token=/,
		);
		expect(sent.disableFollowRedirect).toBe(true);
		expect(JSON.stringify(sent)).not.toContain('the-api-key');
	});

	it('is not signed where the provider does not sign, or there is no secret', async () => {
		const plain = { 'content-type': 'application/json' };
		expect((await requestOf('seedanceOrg')).headers).toEqual(plain);
		expect((await requestOf('seedance', '')).headers).toEqual(plain);
	});

	it.each([
		[200, '{"status":"ok"}', 'heard'],
		[200, '<html>A page of the proxy</html>', 'silent'],
		[301, '', 'silent'],
		[401, '', 'missing'],
		[404, '', 'missing'],
		[409, '{"message":"The execution \"7\" is running already."}', 'busy'],
		[409, '{"message":"The execution \"7 has finished already."}', 'gone'],
		[409, '{"message":"The execution \"7\" has finished with error."}', 'gone'],
		[409, '', 'busy'],
		[429, '', 'silent'],
		[502, '', 'silent'],
	])('answered with %i %s means %s', async (statusCode, body, echo) => {
		expect(await bellOf(promising(() => ({ statusCode, body })))()).toBe(echo);
	});

	it('that finds nobody is silence, not an error', async () => {
		expect(await bellOf(() => Promise.reject(new Error('ECONNREFUSED')))()).toBe('silent');
	});
});

describe('after the execution fell asleep', () => {
	/** When it is called, in seconds, where this is what comes back; then it is gone. */
	async function callsAt(
		echoes: SelfCallResult[],
		{ expectedMs = 0, deadlineMs = 3_600_000 } = {},
	): Promise<number[]> {
		const clock = new VirtualClock(0);
		const calls: number[] = [];
		const call = promising<SelfCallResult>(() => {
			calls.push(clock.now() / 1_000);
			return echoes[calls.length - 1] ?? 'gone';
		});
		await callWhenAsleep(call, clock, { expectedMs, deadline: deadlineMs });
		return calls;
	}
	const times = (count: number, echo: SelfCallResult) => Array<SelfCallResult>(count).fill(echo);
	const late = { expectedMs: 90_000 };

	it.each<[string, SelfCallResult[], { expectedMs?: number; deadlineMs?: number }, number[]]>([
		['is called at once where nothing is expected', [], {}, [2]],
		['is called when its jobs should be done', [], late, [92]],
		['is called again while n8n is still storing it', times(2, 'busy'), {}, [2, 7, 22]],
		['is left alone when it has evidently gone on', times(9, 'busy'), {}, [2, 7, 22, 82]],
		['is left alone when it is gone', ['gone'], {}, [2]],
		[
			'is called again while n8n starts',
			[...times(3, 'missing'), 'heard', 'gone'],
			{},
			[2, 7, 22, 82, 202],
		],
		['is left alone when n8n has long forgotten it', times(9, 'missing'), {}, [2, 7, 22, 82]],
		[
			'is called again when n8n is slow to store it, however long the jobs take',
			times(3, 'busy'),
			late,
			[92, 97, 112, 172],
		],
		[
			'is called again as long as its jobs are open, and last shortly before the deadline',
			times(99, 'heard'),
			{ ...late, deadlineMs: 2_400_000 },
			[92, 97, 112, 172, 292, 532, 1_012, 1_612, 2_212, 2_310],
		],
		[
			'is called again when nobody answers',
			times(99, 'silent'),
			{ deadlineMs: 600_000 },
			[2, 7, 22, 82, 202, 442, 510],
		],
		[
			'is called halfway at the latest, where the wait is short',
			times(99, 'heard'),
			{ ...late, deadlineMs: 60_000 },
			[30],
		],
	])('it %s', async (_, echoes, options, expected) => {
		expect(await callsAt(echoes, options)).toEqual(expected);
	});
});
