/** What a callback to a trigger may make us believe: never more than the provider has signed or its API says. */
import type { IWebhookFunctions } from 'n8n-workflow';
import { rawOf, type JobReading, type JobStatus } from '../../nodes/Seedance/core/job';
import { believedJob, isClaim, isNoEnd } from '../../nodes/Seedance/runtime/callbacks/believedJob';
import type { Callback } from '../../nodes/Seedance/runtime/callbacks/receive';
import { oneByOne, refuses, says, scriptedSession, type Script } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const BODY = { of: 'the callback' };
const completed: JobReading = { jobId: 'task_1', status: 'completed', videoUrl: 'https://e.com/v' };

interface Setting {
	sender?: Callback['sender'];
	reading?: JobReading;
	verifyWithApi?: boolean;
	/** When another callback about the job comes in. */
	replacedInMs?: number;
}

async function believing(script: Script, setting: Setting = {}) {
	const { sender = 'signed', reading = completed, replacedInMs = Infinity } = setting;
	const clock = new VirtualClock(0);
	const session = scriptedSession(clock, script);
	const warnings: string[] = [];
	const parameters: Record<string, unknown> = { verifyWithApi: setting.verifyWithApi };
	const ctx = {
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		logger: { warn: (line: string) => void warnings.push(line) },
	} as unknown as IWebhookFunctions;
	const callback = { session, body: BODY, sender } as unknown as Callback;
	const next = clock.sleep(replacedInMs).then(() => undefined);
	const job = await believedJob(ctx, callback, reading, next);
	return { job, warnings, asked: session.asked };
}

it.each<[Callback['sender'], object]>([
	['signed', { reference: { app: 'fast' }, metadata: { sku: 'A' } }],
	['unsigned', { reference: null, metadata: null }],
])('a callback that is %s makes us ask with %j', async (sender, known) => {
	const reading = { ...completed, reference: { app: 'fast' }, metadata: { sku: 'A' } };
	const { job, asked } = await believing(oneByOne(says(completed)), { sender, reading });
	expect(asked).toMatchObject([{ what: 'status', input: { jobId: 'task_1', ...known } }]);
	expect(job).toMatchObject({ status: 'completed', ...known });
});

it('the API has the last word, and nothing is logged where it agrees', async () => {
	const { job, warnings } = await believing(oneByOne(says({ status: 'failed' })));
	expect([job?.status, warnings]).toEqual(['failed', []]);
});

describe('without Verify with API', () => {
	const unverified = { verifyWithApi: false };
	const other = oneByOne(says({ status: 'failed' }));

	it('a signed callback is believed, and costs no request', async () => {
		const { job, asked } = await believing(other, unverified);
		expect(asked).toEqual([]);
		expect(job).toMatchObject({ ...completed, provider: 'scripted' });
		expect(rawOf(job!)).toBe(BODY);
	});

	it.each<[string, Setting]>([
		['that nobody has signed', { sender: 'unsigned' }],
		[
			'with a status that we do not know',
			{ reading: { ...completed, status: 'processing', unknownStatus: 'archived' } },
		],
	])('a callback %s is verified all the same', async (_, setting) => {
		const { job, asked } = await believing(other, { ...unverified, ...setting });
		expect(asked).toHaveLength(1);
		expect(job?.status).toBe('failed');
	});
});

describe('a job that the API does not confirm', () => {
	const refused = refuses({ httpStatus: 401, message: 'Wrong key' });
	const unknown = refuses({ httpStatus: 404, message: 'No such job' });

	it('is believed where the provider has signed it and cannot be asked', async () => {
		const { job, warnings } = await believing(oneByOne(refused));
		expect(job).toMatchObject(completed);
		expect(warnings).toEqual([
			'Seedance Trigger: a callback about the job task_1: it is signed, so it starts the workflow as it is. Wrong key',
		]);
	});

	it.each<[string, Script, Setting, string]>([
		['nobody has signed it', oneByOne(refused), { sender: 'unsigned' }, 'Wrong key'],
		['the provider says that there is no such job', oneByOne(unknown), {}, 'No such job'],
		[
			'it is not settled',
			oneByOne(refused),
			{ reading: { jobId: 'task_1', status: 'processing' } },
			'Wrong key',
		],
	])('is not believed where %s', async (_, script, setting, message) => {
		const { job, warnings } = await believing(script, setting);
		expect(job).toBeUndefined();
		expect(warnings).toEqual([
			`Seedance Trigger: a callback about the job task_1: it cannot be confirmed, so it starts nothing. ${message}`,
		]);
	});

	it('is asked for again for minutes, and then the user is told to look it up', async () => {
		const { job, warnings, asked } = await believing(oneByOne(says({ status: 'processing' })));
		expect([job?.status, asked.length]).toEqual(['processing', 9]);
		expect(warnings).toEqual([
			expect.stringMatching(
				/^Seedance Trigger: a callback about the job task_1 is not confirmed: .*"processing".*Check Status/,
			),
		]);
	});

	it('is left to the next callback about it, without a word', async () => {
		const script = oneByOne(says({ status: 'processing' }));
		const { job, warnings } = await believing(script, { replacedInMs: 10_000 });
		expect([job, warnings]).toStrictEqual([undefined, []]);
	});

	it('is no surprise where the callback says no more than that it runs', async () => {
		const running: JobReading = { jobId: 'task_1', status: 'processing' };
		const { job, warnings, asked } = await believing(oneByOne(says({ status: 'processing' })), {
			reading: running,
		});
		expect([job?.status, warnings, asked.length]).toEqual(['processing', [], 1]);
	});
});

describe('a callback', () => {
	const reading = (status: JobStatus, unknownStatus?: string): JobReading => ({
		jobId: 'task_1',
		status,
		unknownStatus,
	});
	const [running, done, odd] = [
		reading('processing'),
		reading('completed'),
		reading('processing', 'archived'),
	];

	it('with a settled or an unknown status may mean the end', () => {
		expect([done, odd, running].map(isClaim)).toEqual([true, true, false]);
	});

	it.each<[string, JobReading[], boolean]>([
		['of a job that runs', [running], true],
		['of jobs of which one is done', [running, done], false],
		['with a status that we do not know', [odd], false],
		['of no job', [], false],
	])('%s wakes nobody: %p', (_, readings, expected) => {
		expect(isNoEnd({ readings })).toBe(expected);
	});
});
