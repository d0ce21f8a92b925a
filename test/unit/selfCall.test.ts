import type { IHttpRequestOptions } from 'n8n-workflow';
import { OWN_CALL_HEADER, signOwnCall } from '../../nodes/Seedance/runtime/callbacks/sender';
import {
	isAnswered,
	selfCall,
	callWhenAsleep,
	type SelfCallResult,
} from '../../nodes/Seedance/runtime/callbacks/selfCall';
import type { Caller } from '../../nodes/Seedance/runtime/api/send';
import { promising, VirtualClock } from './virtualClock.ts';

const EXECUTION = { id: '7', resumeUrl: 'https://n8n.example/webhook-waiting/7' };

type Request = (options: IHttpRequestOptions) => Promise<unknown>;

function selfCallBy(request: Request) {
	const caller = { helpers: { httpRequest: request } } as unknown as Caller;
	return selfCall(caller, { apiKey: 'the-api-key' }, EXECUTION);
}

describe("the call to the execution's own address", () => {
	it('is signed by us at the moment of the call, and carries no key', async () => {
		const requests: IHttpRequestOptions[] = [];
		const call = selfCallBy((options) => {
			requests.push(options);
			return Promise.resolve({ statusCode: 200, body: '{"status":"ok"}' });
		});
		const before = Date.now();
		expect(await call()).toBe('accepted');
		await new Promise((resolve) => setTimeout(resolve, 5));
		await call();
		const [first, second] = requests.map(({ headers }) => headers![OWN_CALL_HEADER] as string);
		expect(first).toMatch(/^unsigned\.\d{13}\.[\w-]{43}$/);
		const times = [first, second].map((header) => Number(header!.split('.')[1]));
		expect(times[0]).toBeGreaterThanOrEqual(before);
		expect(times[1]).toBeGreaterThan(times[0]!);
		const [sent] = requests;
		expect(Object.keys(sent!.headers!)).toEqual(['content-type', OWN_CALL_HEADER]);
		expect(sent!.url).toMatch(
			/^https:\/\/n8n\.example\/webhook-waiting\/7\/seedance-callback\?token=/,
		);
		// Without these, n8n's answer that it cannot take the call is an error and is not read.
		expect(sent).toMatchObject({
			method: 'POST',
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			headers: { 'content-type': 'application/json' },
		});
		const call7 = {
			receiver: 'execution 7',
			sender: 'unsigned',
			body: sent!.body as string,
		} as const;
		expect(first).toBe(signOwnCall({ apiKey: 'the-api-key' }, call7, times[0]!));
		expect(JSON.stringify(sent)).not.toContain('the-api-key');
	});

	it.each([
		[200, '{"status":"ok"}', 'accepted'],
		[200, '<html>A page of the proxy</html>', 'unreachable'],
		[500, '{"status":"ok"}', 'unreachable'],
		[301, '', 'unreachable'],
		[401, '', 'missing'],
		[404, '', 'missing'],
		[409, '{"message":"The execution \"7\" is running already."}', 'running'],
		[409, '{"message":"The execution \"7 has finished already."}', 'finished'],
		[409, '{"message":"The execution \"7\" has finished with error."}', 'finished'],
		[409, '', 'running'],
		[429, '', 'unreachable'],
		[502, '', 'unreachable'],
	])('answered with %i %s means %s', async (statusCode, body, result) => {
		expect(await selfCallBy(promising(() => ({ statusCode, body })))()).toBe(result);
	});

	it('that reaches nobody is no error', async () => {
		expect(await selfCallBy(() => Promise.reject(new Error('ECONNREFUSED')))()).toBe('unreachable');
	});
});

it.each<[SelfCallResult, boolean]>([
	['accepted', true],
	['running', true],
	['finished', true],
	['missing', false],
	['unreachable', false],
])('%s: n8n or our code has answered, %p', (result, expected) => {
	expect(isAnswered(result)).toBe(expected);
});

describe('after the execution fell asleep', () => {
	const START = Date.UTC(2026, 0, 1);

	/** When it is called, in seconds, where this is what comes back; then it is finished. */
	async function callsAt(
		results: SelfCallResult[],
		{ expectedMs = 0, deadlineMs = 3_600_000 } = {},
	): Promise<number[]> {
		const clock = new VirtualClock(START);
		const calls: number[] = [];
		const call = promising<SelfCallResult>(() => {
			calls.push((clock.now() - START) / 1_000);
			return results[calls.length - 1] ?? 'finished';
		});
		await callWhenAsleep(call, clock, { expectedMs, deadline: START + deadlineMs });
		return calls;
	}
	const times = (count: number, result: SelfCallResult) =>
		Array<SelfCallResult>(count).fill(result);
	const late = { expectedMs: 90_000 };

	it.each<[string, SelfCallResult[], { expectedMs?: number; deadlineMs?: number }, number[]]>([
		['is called at once where nothing is expected', [], {}, [2]],
		['is called when its jobs should be done', [], late, [92]],
		['is called again while n8n is still storing it', times(2, 'running'), {}, [2, 7, 22]],
		['is left alone when it has evidently gone on', times(9, 'running'), {}, [2, 7, 22, 82]],
		['is left alone when it is finished', ['finished'], {}, [2]],
		[
			'is called again while n8n starts',
			[...times(3, 'missing'), 'accepted', 'finished'],
			{},
			[2, 7, 22, 82, 202],
		],
		['is left alone when n8n has long forgotten it', times(9, 'missing'), {}, [2, 7, 22, 82]],
		[
			'is called again when n8n is slow to store it, however long the jobs take',
			times(3, 'running'),
			late,
			[92, 97, 112, 172],
		],
		[
			'is called again as long as its jobs are open, and last shortly before the deadline',
			times(99, 'accepted'),
			{ ...late, deadlineMs: 2_400_000 },
			[92, 97, 112, 172, 292, 532, 1_012, 1_612, 2_212, 2_310],
		],
		[
			'is called again when nobody answers',
			times(99, 'unreachable'),
			{ deadlineMs: 600_000 },
			[2, 7, 22, 82, 202, 442, 510],
		],
		[
			'is called halfway at the latest, where the wait is short',
			times(99, 'accepted'),
			{ ...late, deadlineMs: 60_000 },
			[30],
		],
		[
			'is left alone when n8n goes on by itself already',
			times(99, 'accepted'),
			{ deadlineMs: 0 },
			[],
		],
	])('it %s', async (_, results, options, expected) => {
		expect(await callsAt(results, options)).toEqual(expected);
	});
});
