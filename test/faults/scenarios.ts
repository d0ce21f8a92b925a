// What can go wrong at a provider and on the way to it, each by name: a script for the sandbox, a tag in the prompt of one item,
// or another address in the credential.
import { gzipSync } from 'node:zlib';
import type { FaultSpec, SandboxOptions } from '../sandbox/index.ts';

/** The item that the trouble is for; its prompt contains this word. */
export const TROUBLED = 'second';

/** Stands in a scenario for another host; whoever plays it puts the address in. */
export const OTHER_HOST = 'http://other-host.invalid';

/** Where in the life of a job the trouble is. Nodes differ in what they have to do with it. */
export type Group = 'submit' | 'ask' | 'cancel' | 'job' | 'file' | 'callback' | 'address';

export interface Scenario {
	group: Group;
	name: string;
	/** What is to be known besides. With the name, unique in the group. */
	besides?: string;
	/** It passes by itself: whoever can do again what it hit gets what he wants. */
	passes?: true;
	/** The node cannot tell it from another scenario that is played in all ways: played in fewer. */
	alike?: true;
	/** It outlasts the tries of Retry On Fail. */
	lasts?: true;
	/** Another number for what another scenario does: played where it matters most. */
	repeats?: true;
	/** Scripted misbehaviour; of submits only those whose body contains the word above. */
	faults?: readonly FaultSpec[];
	/** Tags for the item's prompt. */
	tags?: string;
	/** How the sandbox is started. */
	sandbox?: SandboxOptions;
	/** What the credential has instead of the right base URL. @param scene a word that no other scene has */
	baseUrl?: (rightUrl: string, scene: string) => string;
	/** The dialects that have such a thing, where not all do. */
	only?: readonly string[];
	/** Only where callbacks are signed. */
	isSigned?: true;
}

const PAGE = '<html><body>Bad Gateway</body></html>';
const MB = 1024 * 1024;

/** 200 MB that are 200 kB on the wire: ten parts, as the format allows. */
const BOMB = Buffer.concat(Array<Buffer>(10).fill(gzipSync(Buffer.alloc(20 * MB))));
const LONG_JSON = Buffer.concat([
	Buffer.from('{"task_id":"'),
	Buffer.alloc(50 * MB, 'a'),
	Buffer.from('"}'),
]);

/** A scenario without its group, with one fault. */
interface Trouble extends Pick<Scenario, 'name' | 'passes' | 'repeats' | 'alike' | 'lasts'> {
	fault: FaultSpec;
}

/** Answers that tell nothing, whatever was asked. */
const UNCLEAR: readonly Trouble[] = [
	...[408, 500, 502, 503, 504].map(
		(status): Trouble => ({
			name: `HTTP ${status}`,
			fault: { status, body: PAGE },
			...(status !== 500 ? { alike: true } : {}),
			...(status > 500 ? { repeats: true } : {}),
		}),
	),
	{ name: 'connection cut', fault: { reset: true } },
	{ name: 'answer cut in the middle', alike: true, fault: { reset: true, body: '{"task_' } },
	{ name: 'silence', fault: { stall: true } },
	{
		name: 'silence in the middle of the answer',
		alike: true,
		fault: { stall: true, body: '{"task_' },
	},
	{ name: 'empty answer', alike: true, fault: { status: 200, body: '' } },
	{ name: 'truncated JSON', fault: { status: 200, body: '{"task_id":"ta' } },
	{ name: 'HTML page with HTTP 200', alike: true, fault: { status: 200, body: PAGE } },
	{ name: 'JSON of 50 MB', alike: true, fault: { status: 200, body: LONG_JSON } },
	{
		name: 'gzip bomb (200 MB)',
		alike: true,
		fault: { status: 200, headers: { 'content-encoding': 'gzip' }, body: BOMB },
	},
];
const LASTING = UNCLEAR.filter(({ name }) =>
	['HTTP 500', 'connection cut', 'silence'].includes(name),
);
const LATE: Trouble = { name: 'answer after 30 s', fault: { delayMs: 30_000 }, passes: true };
const BUSY: Trouble = {
	name: 'HTTP 429 twice',
	fault: { status: 429, headers: { 'retry-after': '5' }, body: {}, times: 2 },
	passes: true,
};
const REDIRECT: Trouble = {
	name: 'redirect to another host',
	fault: { status: 307, headers: { location: `${OTHER_HOST}/api` }, body: '' },
};
const CLEAR: readonly Trouble[] = [400, 401, 402, 403, 404, 422].map((status) => ({
	name: `HTTP ${status}`,
	fault: { status, body: { error: 'no' } },
	...(status === 400 ? {} : { alike: true }),
	...([400, 401].includes(status) ? {} : { repeats: true }),
}));

/** The same troubles for all requests of a kind. */
const onEach =
	(group: Group, more: FaultSpec, also: Partial<Scenario> = {}) =>
	({ fault, ...trouble }: Trouble): Scenario => ({
		...trouble,
		...also,
		group,
		faults: [{ ...fault, ...more }],
	});

const submit = { kind: 'submit', match: TROUBLED } as const;
const taken = { ...submit, after: 'handled' } as const;
/** A neighbour is refused, which halts the run, while the submit of this one is still under way: both are troubled at once. */
const TWO_AT_ONCE: Scenario = {
	group: 'submit',
	name: 'HTTP 400 for another item, and the connection cut',
	besides: 'but taken',
	faults: [
		{ ...submit, match: 'first', status: 400, body: { error: 'no' }, delayMs: 1_000 },
		{ ...taken, reset: true, delayMs: 5_000 },
	],
};
const submits: readonly Scenario[] = [
	...[...CLEAR, BUSY, LATE, REDIRECT].map(onEach('submit', submit)),
	...UNCLEAR.map(onEach('submit', submit, { besides: 'not taken', passes: true })),
	...UNCLEAR.map(onEach('submit', taken, { besides: 'but taken', passes: true })),
	...LASTING.map(
		onEach('submit', { ...submit, times: 0 }, { besides: 'for ever, not taken', lasts: true }),
	),
	...LASTING.map(
		onEach('submit', { ...taken, times: 0 }, { besides: 'for ever, but taken', lasts: true }),
	),
	TWO_AT_ONCE,
];

const ask: FaultSpec = { kind: ['status', 'credits'] };
const UNKNOWN: Trouble = { name: 'HTTP 404', fault: { status: 404, body: {} } };
const asks: readonly Scenario[] = [
	...CLEAR.filter(({ name }) => name !== UNKNOWN.name).map(onEach('ask', ask)),
	...[BUSY, LATE, REDIRECT].map(onEach('ask', ask)),
	...UNCLEAR.map(onEach('ask', { ...ask, times: 2 }, { besides: 'twice', passes: true })),
	...LASTING.map(onEach('ask', { ...ask, times: 0 }, { besides: 'for ever', lasts: true })),
	onEach('ask', { ...ask, times: 2 }, { besides: 'twice, at the first question' })(UNKNOWN),
	onEach('ask', { ...ask, times: 0 }, { besides: 'for ever', lasts: true })(UNKNOWN),
];

const cancel: FaultSpec = { kind: 'cancel' };
/** "Forbidden" and "not found" might be taken for "is cancelled already". */
const REFUSED = CLEAR.filter(({ name }) => ['HTTP 403', 'HTTP 404'].includes(name));
const cancels: readonly Scenario[] = [
	...REFUSED.map(onEach('cancel', cancel, { repeats: undefined })),
	...[...CLEAR.filter((each) => !REFUSED.includes(each)), BUSY, LATE, REDIRECT, ...UNCLEAR].map(
		onEach('cancel', cancel),
	),
	...LASTING.map(onEach('cancel', { ...cancel, times: 0 }, { besides: 'for ever', lasts: true })),
];

const jobs: readonly Scenario[] = [
	['fails', 'fail'],
	['is refused by the moderation', 'moderate', 'alike'],
	['fails late because of its input', 'late-validation', 'alike'],
	['fails, and says so in a bare text', 'fail-text', 'alike'],
	['completes without an address', 'no-url'],
	['is done in the answer to the submit', 'instant'],
	['has failed in the answer to the submit', 'instant,fail'],
	['has a status word that nobody knows', 'unknown-status'],
	['takes ten times as long', 'slow'],
	['never ends', 'never'],
].map(([name, tags, alike]) => ({
	group: 'job',
	name: name!,
	tags,
	...(alike ? { alike: true } : {}),
}));

const ownJobs: readonly Scenario[] = [
	{
		group: 'submit',
		name: 'error code in the body of an HTTP 200',
		tags: 'code-in-body',
		only: ['seedanceOrg'],
	},
	...['object', 'array'].map(
		(form): Scenario => ({
			group: 'job',
			name: `has its address in an ${form}`,
			tags: `output-${form}`,
			alike: true,
			only: ['segmind'],
		}),
	),
];

/** A type that a video and an image may have. */
const BYTES = { 'content-type': 'application/octet-stream' };
const MIDDLE = { headers: BYTES, body: 'x' };
const FILES: readonly Trouble[] = [
	{ name: 'HTTP 404', fault: { status: 404, times: 0 } },
	{ name: 'HTTP 500', fault: { status: 500 }, passes: true },
	{ name: 'HTTP 500 for ever', lasts: true, fault: { status: 500, times: 0 } },
	{ name: 'connection cut', alike: true, fault: { reset: true }, passes: true },
	{ name: 'cut in the middle', fault: { reset: true, ...MIDDLE }, passes: true },
	{ name: 'cut in the middle for ever', fault: { reset: true, ...MIDDLE, times: 0 } },
	{ name: 'silence', fault: { stall: true }, passes: true },
	{ name: 'silence in the middle', alike: true, fault: { stall: true, ...MIDDLE }, passes: true },
	{ name: 'answer after 30 s', fault: { delayMs: 30_000 }, passes: true },
	{
		name: 'an HTML page instead',
		fault: { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE },
	},
	{
		name: 'redirect to another host, which has no video',
		fault: { status: 302, headers: { location: `${OTHER_HOST}/file` }, body: '' },
	},
	{
		name: 'gzip bomb (200 MB)',
		fault: { status: 200, headers: { ...BYTES, 'content-encoding': 'gzip' }, body: BOMB, times: 0 },
	},
];
const files = FILES.map(onEach('file', { host: 'media' }));

const TIMESTAMPED = { signature: 'timestamped' } as const;
const callbacks: readonly Scenario[] = [
	{ group: 'callback', name: 'comes twice', tags: 'callback-twice' },
	{ group: 'callback', name: 'never comes', tags: 'callback-never' },
	{ group: 'callback', name: 'comes too early', tags: 'callback-early' },
	{ group: 'callback', name: 'is forged, before the right one', tags: 'callback-forged' },
	...[-240, 240, -600, 600].map(
		(signatureSkewSeconds): Scenario => ({
			group: 'callback',
			name: `has a signed time ${Math.abs(signatureSkewSeconds) / 60} min ${signatureSkewSeconds < 0 ? 'old' : 'ahead'}`,
			sandbox: { ...TIMESTAMPED, signatureSkewSeconds },
			alike: true,
			isSigned: true,
		}),
	),
];

const addresses: readonly Scenario[] = [
	{
		group: 'address',
		name: 'host name that does not exist',
		baseUrl: (_, scene) => `https://${scene}.invalid/v1`,
	},
	{
		group: 'address',
		name: 'nobody listens',
		lasts: true,
		baseUrl: (_, scene) => `http://127.0.0.1:9/${scene}/v1`,
	},
	{
		group: 'address',
		name: 'no TLS at the other end',
		baseUrl: (url) => url.replace(/^http:/, 'https:'),
	},
];

export const scenarios: readonly Scenario[] = [
	{ group: 'job', name: 'is as it should be' },
	...submits,
	...asks,
	...cancels,
	...jobs,
	...ownJobs,
	...files,
	...callbacks,
	...addresses,
];
