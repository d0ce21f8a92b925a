/** Where nobody signs: the address is the lock of an execution that waits, and the API's word is what counts. */
import { createHmac } from 'node:crypto';
import {
	callbackOf,
	closeDoor,
	genuine,
	knock,
	triggerDoor,
	waitingDoor,
	type Door,
	type DoorOptions,
} from './attackers.ts';
import { node, prompts, chain, start, generate } from './world.ts';
import { sleep } from './time.ts';

let door: Door;
afterEach(() => closeDoor(door));

const unsigned: Array<[string, DoorOptions]> = [
	['without a secret', { credential: { webhookSecret: '' } }],
	[
		'of a provider that does not sign',
		{ provider: 'seedanceOrg', credential: { webhookSecret: '' } },
	],
];

/** Changes the address; a text is the whole query. */
type Change = (token: string, query: URLSearchParams, door: Door) => string | void;

const wrong: Array<[string, Change]> = [
	['no token', (_, query) => query.delete('token')],
	['an empty one', (_, query) => query.set('token', '')],
	['a wrong one of its length', (token, query) => query.set('token', 'A'.repeat(token.length))],
	['its first half', (token, query) => query.set('token', token.slice(0, 21))],
	['one without its last character', (token, query) => query.set('token', token.slice(0, -1))],
	['one with a character more', (token, query) => query.set('token', `${token}A`)],
	['another first character', (token, query) => query.set('token', other(token, 0))],
	['another last character', (token, query) => query.set('token', other(token, -1))],
	['upper case', (token, query) => query.set('token', token.toUpperCase())],
	['lower case', (token, query) => query.set('token', token.toLowerCase())],
	['a blank behind it', (token, query) => query.set('token', `${token} `)],
	['a zero byte behind it', (token, query) => query.set('token', `${token}\0`)],
	['a line break behind it', (token, query) => query.set('token', `${token}\n`)],
	['padding behind it', (token, query) => query.set('token', `${token}=`)],
	['letters that look the same', (token, query) => query.set('token', lookalike(token))],
	['an emoji', (_, query) => query.set('token', '🎬'.repeat(22))],
	['a long text', (_, query) => query.set('token', 'A'.repeat(10_000))],
	['it twice', (token) => `token=${token}&token=${token}`],
	['it and another', (token) => `token=${token}&token=x`],
	['another and it', (token) => `token=x&token=${token}`],
	['a list of it', (token) => `token[]=${token}`],
	['an object of it', (token) => `token[length]=43&token[0]=${token}`],
	['it under another name', (token) => `Token=${token}`],
	["n8n 2's name for a token", (token) => `signature=${token}`],
	["n8n 2's name, and a wrong one", () => `signature=x&token=${'A'.repeat(43)}`],
	['true', (_, query) => query.set('token', 'true')],
	['undefined', (_, query) => query.set('token', 'undefined')],
	["the execution's ID", (_, query, { url }) => query.set('token', executionOf(url))],
	['an HMAC of it without a key', (_, query, { url }) => query.set('token', tokenBy('', url))],
	[
		'an HMAC of it with the job ID',
		(_, query, { url, jobId }) => query.set('token', tokenBy(jobId, url)),
	],
];

const other = (token: string, at: number) => {
	const characters = [...token];
	const index = at < 0 ? characters.length + at : at;
	// The last character of 32 bytes in base64 has two bits that do not count: others must not be taken for it.
	characters[index] = characters[index] === 'B' ? 'C' : 'B';
	return characters.join('');
};
const lookalike = (token: string) =>
	token.replace(/[A-Za-z]/, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0));
const executionOf = (url: URL) => url.pathname.split('/')[2]!;
const tokenBy = (key: string, url: URL) =>
	createHmac('sha256', key)
		.update(`n8n-nodes-seedance callback ${executionOf(url)}`)
		.digest('base64url');

function changed(change: Change): URL {
	const url = new URL(door.url);
	const token = url.searchParams.get('token')!;
	const whole = change(token, url.searchParams, door);
	if (typeof whole === 'string') url.search = whole;
	return url;
}

describe.each(unsigned)('n8n 1.x, a callback %s', (_, options) => {
	it('comes to an address that cannot be guessed', async () => {
		door = await waitingDoor({ ...options, resumeTokens: false });
		const token = door.url.searchParams.get('token')!;
		expect(Buffer.from(token, 'base64url')).toHaveLength(32);
		expect([...door.url.searchParams.keys()]).toEqual(['token']);
	});

	it('gets 401 with any token but its own: nobody is asked, nothing goes on', async () => {
		door = await waitingDoor({ ...options, resumeTokens: false });
		const before = door.questions();
		const answers: Array<[string, number]> = [];
		for (const [name, change] of wrong) {
			answers.push([name, await knock(changed(change), genuine(door))]);
		}
		await door.quiet();
		expect(answers).toEqual(wrong.map(([name]) => [name, 401]));
		expect([door.questions(), door.openings()]).toEqual([before, 0]);
		// And then the genuine one counts.
		expect(await knock(door.url, genuine(door))).toBe(200);
		expect((await door.came()).map(({ jobId }) => jobId)).toEqual([door.jobId]);
	});

	it('gets 401 with the token in the body or in a header', async () => {
		door = await waitingDoor({ ...options, resumeTokens: false });
		const token = door.url.searchParams.get('token')!;
		const url = new URL(door.url.pathname, door.url);
		const body = callbackOf(door, { token });
		const headers = { ...genuine(door).headers, token, authorization: `Bearer ${token}` };
		expect(await knock(url, { headers, body })).toBe(401);
		expect(door.openings()).toBe(0);
	});
});

it("n8n 1.x: another execution's token opens nothing", async () => {
	door = await waitingDoor({ credential: { webhookSecret: '' }, resumeTokens: false });
	const flow = chain(
		start,
		generate({ afterSubmit: 'resume' }),
		node('Wait', 'seedanceWaitForWebhook'),
	);
	const second = await door.world.engine.run(flow, { input: prompts('two') });
	const url = new URL(door.url);
	url.pathname = url.pathname.replace(executionOf(url), second.id);
	expect(executionOf(url)).not.toBe(executionOf(door.url));
	expect(await knock(url, genuine(door))).toBe(401);
	expect(second.continuations).toBe(0);
});

it('n8n 2.x: nothing opens without its own token, although the callback is rightly signed', async () => {
	door = await waitingDoor();
	const token = door.url.searchParams.get('signature')!;
	const queries = [
		'',
		'signature=',
		`signature=${'A'.repeat(token.length)}`,
		`signature=${token}A`,
		`signature=${token.slice(0, -1)}`,
		`signature=${token}&signature=${token}`,
		`token=${token}`,
	];
	for (const query of queries) {
		const url = new URL(door.url);
		url.search = query;
		expect(await knock(url, genuine(door))).toBe(401);
	}
	await door.quiet();
	expect([door.questions(), door.openings()]).toEqual([0, 0]);
});

/** Our own call, computed here and not by the code under test. */
function ownCall(apiKey: string, receiver: string, { sender = 'unsigned', ageMs = 0 } = {}) {
	const body = JSON.stringify({ event: 'n8n.selfCall' });
	const time = Date.now() - ageMs;
	const key = createHmac('sha256', apiKey).update('n8n-nodes-seedance own call').digest();
	const text = JSON.stringify([receiver, sender, time]);
	const mac = createHmac('sha256', key).update(text).update(body).digest('base64url');
	return {
		body,
		headers: { 'content-type': 'application/json', [OWN]: `${sender}.${time}.${mac}` },
	};
}
const OWN = 'x-n8n-seedance-call';

describe.each([
	['n8n 2.x', true],
	['n8n 1.x', false],
])('our own call to an execution that waits in %s', (_, resumeTokens) => {
	it.each<[string, DoorOptions]>([
		['with a secret', {}],
		['without one', { credential: { webhookSecret: '' } }],
	])('gets 401 when it is forged, %s', async (__, options) => {
		door = await waitingDoor({ resumeTokens, ...options });
		const [key, receiver] = [door.world.sandbox.apiKey, `execution ${executionOf(door.url)}`];
		const right = ownCall(key, receiver);
		const forged = [
			ownCall(key, `${receiver}0`),
			ownCall(key, 'trigger 1 2'),
			ownCall('another key', receiver),
			ownCall(door.secret, receiver),
			ownCall(key, receiver, { ageMs: 301_000 }),
			{ ...right, body: callbackOf(door) },
			{ ...right, headers: { ...right.headers, [OWN]: 'x' } },
			{ ...right, headers: { ...genuine(door, right.body).headers, [OWN]: 'x' } },
		];
		const before = door.questions();
		for (const call of forged) expect(await knock(door.url, call)).toBe(401);
		await door.quiet();
		expect([door.questions(), door.openings()]).toEqual([before, 0]);
		expect(await knock(door.url, right)).toBe(200);
		expect((await door.came()).map(({ jobId }) => jobId)).toEqual([door.jobId]);
	});
});

it('our own call to one execution is worth nothing at another, nor at a trigger', async () => {
	door = await triggerDoor({ parameters: { verifyWithApi: false } });
	const { apiKey } = door.world.sandbox;
	for (const receiver of ['execution 1', 'trigger 1 2', 'trigger undefined undefined']) {
		const call = ownCall(apiKey, receiver, { sender: 'signed' });
		expect(await knock(door.url, call)).toBe(401);
	}
	await door.quiet();
	expect([door.questions(), door.openings()]).toEqual([0, 0]);
});

const open = { waiting: waitingDoor, trigger: triggerDoor };
describe.each(['waiting', 'trigger'] as const)('%s, for who knows the address', (place) => {
	it.each(unsigned)('a forged end %s costs questions, and does nothing', async (_, options) => {
		// The trigger is told to believe bodies: an unsigned one it must not.
		const parameters = place === 'trigger' ? { verifyWithApi: false } : {};
		door = await open[place]({ ...options, parameters, unfinished: true });
		const before = door.questions();
		for (const status of ['completed', undefined]) {
			expect(await knock(door.url, genuine(door, callbackOf(door, { status })))).toBe(200);
		}
		// The provider is asked for minutes, or until the next callback about the job.
		for (const end = Date.now() + 30_000; door.questions() === before && Date.now() < end; )
			await sleep(100);
		expect(door.openings()).toBe(0);
		expect(door.questions() - before).toBeGreaterThan(0);
		door.world.sandbox.finishJob(door.jobId);
		expect(await knock(door.url, genuine(door))).toBe(200);
		await door.quiet();
		const [job, ...more] = await door.came();
		expect(more).toEqual([]);
		expect(job!.videoUrl).toMatch(new RegExp(`^${door.world.sandbox.mediaUrl}`));
		expect(job!.metadata).toBeNull();
	});

	it.each(unsigned)('a callback about jobs of others %s does nothing', async (_, options) => {
		door = await open[place]({ ...options, unfinished: true });
		const body = callbackOf(door, { task_id: 'task_of_mine' });
		expect(await knock(door.url, genuine(door, body))).toBe(200);
		await door.quiet();
		expect(door.openings()).toBe(0);
	});
});
