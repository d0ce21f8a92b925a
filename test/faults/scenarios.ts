// What a provider can do wrong, each by name: a script for the sandbox, or a tag in the prompt of one item.
import type { FaultSpec } from '../sandbox/index.ts';

/** The one item of three that the trouble is for; its prompt contains this word. */
export const TROUBLED = 'second';

export interface Scenario {
	name: string;
	/** Scripted misbehaviour; of submits only those whose body contains the word above. */
	faults?: readonly FaultSpec[];
	/** Tags for the item's prompt. */
	tags?: string;
	/** Whether the video is fetched. */
	downloads?: boolean;
	/** Dialects that have no such thing. */
	not?: readonly string[];
}

const submit = (spec: FaultSpec): FaultSpec => ({ method: 'POST', match: TROUBLED, ...spec });
const status = (spec: FaultSpec): FaultSpec => ({ method: 'GET', ...spec });
const media = (spec: FaultSpec): FaultSpec => ({ host: 'media', ...spec });
const PAGE = '<html><body>Bad Gateway</body></html>';

export const scenarios: readonly Scenario[] = [
	{ name: 'nothing goes wrong' },

	...[400, 401, 402, 403, 404, 422].map((code) => ({
		name: `submit: refused with HTTP ${code}`,
		faults: [submit({ status: code, body: { error: 'no' } })],
	})),
	{
		name: 'submit: HTTP 429 twice',
		faults: [submit({ status: 429, headers: { 'retry-after': '1' }, body: {}, times: 2 })],
	},
	...[408, 500, 502, 503, 504].flatMap((code) => [
		{
			name: `submit: HTTP ${code}, not taken`,
			faults: [submit({ status: code, body: PAGE })],
		},
		{
			name: `submit: HTTP ${code}, but taken`,
			faults: [submit({ status: code, body: PAGE, after: 'handled' as const })],
		},
	]),
	{ name: 'submit: HTTP 500 for ever', faults: [submit({ status: 500, body: PAGE, times: 0 })] },
	{
		name: 'submit: taken, HTTP 500 for ever',
		faults: [submit({ status: 500, body: PAGE, times: 0, after: 'handled' })],
	},
	{ name: 'submit: connection cut, not taken', faults: [submit({ reset: true })] },
	{
		name: 'submit: connection cut, but taken',
		faults: [submit({ reset: true, after: 'handled' })],
	},
	{
		name: 'submit: connection cut for ever, taken',
		faults: [submit({ reset: true, after: 'handled', times: 0 })],
	},
	{
		name: 'submit: cut in the middle of the answer',
		faults: [submit({ reset: true, body: '{"task_', after: 'handled' })],
	},
	{
		name: 'submit: taken, empty answer',
		faults: [submit({ status: 200, body: '', after: 'handled' })],
	},
	{
		name: 'submit: taken, truncated JSON',
		faults: [submit({ status: 200, body: '{"task_id":"ta', after: 'handled' })],
	},
	{
		name: 'submit: taken, HTML page',
		faults: [submit({ status: 200, body: PAGE, after: 'handled' })],
	},

	{ name: 'status: HTTP 500 three times', faults: [status({ status: 500, body: PAGE, times: 3 })] },
	{ name: 'status: HTTP 408', faults: [status({ status: 408, body: '' })] },
	{
		name: 'status: HTTP 429',
		faults: [status({ status: 429, headers: { 'retry-after': '1' }, body: {} })],
	},
	{ name: 'status: connection cut', faults: [status({ reset: true, times: 2 })] },
	{ name: 'status: truncated JSON', faults: [status({ status: 200, body: '{"sta', times: 2 })] },
	{ name: 'status: HTTP 404 right after the submit', faults: [status({ status: 404, body: {} })] },
	{ name: 'status: HTTP 401', faults: [status({ status: 401, body: {} })] },

	...['fail', 'moderate', 'late-validation', 'no-url', 'instant', 'instant,fail'].map((tags) => ({
		name: `job: ${tags}`,
		tags,
	})),
	{ name: 'job: unknown status word', tags: 'unknown-status' },
	{
		name: 'job: HTTP 200 with an error code in the body',
		tags: 'code-in-body',
		not: ['unified', 'pro', 'lite', 'segmind'],
	},

	{ name: 'file: HTTP 500 once', faults: [media({ status: 500 })], downloads: true },
	{ name: 'file: HTTP 404', faults: [media({ status: 404, times: 0 })], downloads: true },
	{ name: 'file: cut in the middle', faults: [media({ reset: true, body: 'x' })], downloads: true },
];
