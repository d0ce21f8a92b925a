// What goes wrong during the load. All of it passes: in the end nobody may notice. (What each single fault does, for each
// node, is tested elsewhere.)
import type { FaultSpec } from '../sandbox/index.ts';

const PAGE = '<html><body>Bad Gateway</body></html>';
const BUSY: FaultSpec = { status: 429, headers: { 'retry-after': '1' }, body: {} };
const CUT: FaultSpec = { reset: true };
const SHORT: FaultSpec = { status: 200, body: '{"sta' };

const submit = (spec: FaultSpec): FaultSpec => ({ kind: 'submit', ...spec });
const taken = (spec: FaultSpec): FaultSpec => submit({ ...spec, after: 'handled' });
const ask = (spec: FaultSpec): FaultSpec => ({ kind: ['status', 'credits'], ...spec });

/** Of a submission whose provider knows idempotency keys: it is sent again, and the job is made once. */
export const SUBMIT_FAULTS: readonly FaultSpec[] = [
	submit({ ...BUSY, times: 2 }),
	submit({ status: 500, body: PAGE }),
	submit(CUT),
	taken({ status: 502, body: PAGE }),
	taken({ status: 504 }),
	taken(CUT),
	taken(SHORT),
	taken({ status: 200, body: PAGE }),
	taken({ reset: true, body: '{"task_' }),
];

/** The job is made, and nobody hears of it. */
export const LOST_ANSWER = taken(CUT);

export const REFUSAL = submit({ status: 422, body: { error: 'no' } });

/** They meet whoever asks, or fetches a file, next. */
export const PASSING_FAULTS: readonly FaultSpec[] = [
	ask({ status: 500, body: PAGE, times: 3 }),
	ask(BUSY),
	ask({ status: 408 }),
	ask(CUT),
	ask(SHORT),
	{ host: 'media', status: 500 },
	{
		host: 'media',
		reset: true,
		headers: { 'content-type': 'application/octet-stream' },
		body: 'x',
	},
];
