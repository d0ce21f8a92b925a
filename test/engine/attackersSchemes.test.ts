/** Every provider that signs its callbacks, in every way in which it does: who cannot sign opens nothing. */
import { standIns, type Scheme } from '../sandbox/index.ts';
import {
	closeDoor,
	knock,
	triggerDoor,
	waitingDoor,
	type Call,
	type Door,
	type DoorOptions,
} from './attackers.ts';

const schemes = standIns.flatMap(({ provider, callbacks = [] }) =>
	callbacks.map((scheme) => ({ name: `${provider}, ${scheme.name}`, provider, scheme })),
);
const doors: Array<[string, (options: DoorOptions) => Promise<Door>]> = [
	['Wait for Webhook', waitingDoor],
	['the Trigger', triggerDoor],
];

const MINUTES = 60_000;
/** n8n reads JSON itself; a text reaches us as it is. */
const asText = { 'content-type': 'text/plain' };

interface Signing {
	door: Door;
	scheme: Scheme;
	body: string;
}

const signed = ({ door, scheme, body }: Signing, laterMs = 0, forged = false) =>
	scheme.sign({ body, nowMs: Date.now() + laterMs, forged }, door.secret);

/**
 * Another character in the middle. The last one may not count: base64 pads, and of a byte in hexadecimal `a` and `A` are the
 * same digit.
 */
function changed(value: string): string {
	const middle = Math.floor(value.length / 2);
	const other = value[middle] === '0' ? '1' : '0';
	return value.slice(0, middle) + other + value.slice(middle + 1);
}

/** Headers and body of what must not be believed, by name. */
function attacksOn(signing: Signing): Record<string, Call> {
	const { scheme, body } = signing;
	const genuine = signed(signing);
	const attacks: Record<string, Call> = {
		'no signature': { body },
		'a wrong secret or key': { headers: signed(signing, 0, true), body },
		'the signature of another body': { headers: signed({ ...signing, body: '{}' }), body },
		// Where only the job is signed, another body opens the door, but nobody believes it.
		...(scheme.leavesBodyOpen ? {} : { 'a blank more': { headers: genuine, body: `${body} ` } }),
		'another job': { headers: genuine, body: body.replace(signing.door.jobId, 'another-job') },
	};
	for (const name of Object.keys(genuine)) {
		const { [name]: value = '', ...others } = genuine;
		attacks[`${name} is missing`] = { headers: others, body };
		attacks[`${name} is empty`] = { headers: { ...genuine, [name]: '' }, body };
		attacks[`${name} is changed`] = { headers: { ...genuine, [name]: changed(value) }, body };
	}
	if (!scheme.isTimed) return attacks;
	const old = signed(signing, -10 * MINUTES);
	attacks['ten minutes old'] = { headers: old, body };
	attacks['ten minutes ahead'] = { headers: signed(signing, 10 * MINUTES), body };
	// One header alone is the whole signature.
	const mixed = Object.entries(genuine).filter(() => Object.keys(genuine).length > 1);
	for (const [name, value] of mixed)
		attacks[`ten minutes old, but for ${name}`] = { headers: { ...old, [name]: value }, body };
	return attacks;
}

let door: Door;
afterEach(() => closeDoor(door));

describe.each(schemes)('$name', ({ provider, scheme }) => {
	const { webhookSecret } = scheme;
	const options = { provider, accounts: [{ provider, webhookSecret }] };

	it.each(doors)('%s believes nobody else, and then the provider', async (_, open) => {
		door = await open(options);
		const body = door.world.sandbox.callbackBodyOf(door.jobId);
		const signing = { door, scheme, body };
		const asked = door.questions();
		const attacks = Object.entries(attacksOn(signing));
		expect(attacks.length).toBeGreaterThan(7);
		const answers: Array<[string, number]> = [];
		for (const [name, { headers, body: sent }] of attacks) {
			const status = await knock(door.url, { headers: { ...asText, ...headers }, body: sent });
			answers.push([name, status]);
		}
		await door.quiet();
		expect(answers).toEqual(attacks.map(([name]) => [name, 401]));
		expect([door.questions(), door.openings()]).toEqual([asked, 0]);

		const headers = { 'content-type': 'application/json', ...signed(signing) };
		expect(await knock(door.url, { headers, body })).toBe(200);
		await door.quiet();
		expect((await door.came()).map(({ jobId }) => jobId)).toEqual([door.jobId]);
	});
});

it('the providers that sign are known', () => {
	expect(schemes.length).toBeGreaterThan(0);
});
