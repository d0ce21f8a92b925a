/** The workflow starts once for each job: also where n8n refuses the start, and nobody but us would notice. */
import type { IDataObject, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';
import { newJob, updateJob, type Job } from '../../nodes/Seedance/core/job';
import type { Callback } from '../../nodes/Seedance/runtime/callbacks/receive';
import { signOwnCall } from '../../nodes/Seedance/runtime/callbacks/sender';
import type { StartMemory } from '../../nodes/Seedance/runtime/callbacks/startMemory';
import { startWorkflow } from '../../nodes/Seedance/runtime/callbacks/startWorkflow';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const BODY = '{"task_id":"task_1","größe":"groß"}';
const URL = 'https://n8n.example/webhook/trigger-1/webhook';
const ACCEPTED = { statusCode: 200, body: '{"status":"ok"}' };

const completed = (jobId: string, raw: unknown = null) =>
	updateJob(newJob(jobId, 'scripted'), { jobId, status: 'completed' }, raw);

/** Express's response, as n8n 2.x uses it after a webhook method has returned. */
interface Response {
	setHeader: (...header: unknown[]) => Response;
	status: (code: number) => Response;
	json: (body?: unknown) => Response;
	send: (body?: unknown) => Response;
}

/** A caller that already has its answer: another one would break the request. */
function answeredResponse(): Response {
	const never = (): never => {
		throw new Error('ERR_HTTP_HEADERS_SENT');
	};
	return { setHeader: never, status: never, json: never, send: never };
}

interface Setting {
	jobs?: Job[];
	parameters?: IDataObject;
	mode?: string;
	/** What our own calls are answered with. */
	ownCalls?: Array<{ statusCode: number; body: string }>;
	/** How often n8n has failed before. */
	failures?: number;
	/** How many of the jobs another callback has started meanwhile. */
	startedElsewhere?: number;
}

function starting(setting: Setting = {}) {
	const { jobs = [completed('task_1')], parameters = {}, mode = 'webhook' } = setting;
	const { ownCalls = [ACCEPTED], failures = 1, startedElsewhere = 0 } = setting;
	const clock = new VirtualClock(0);
	const response = answeredResponse();
	const warnings: string[] = [];
	const requests: Array<IHttpRequestOptions & { atMs: number }> = [];
	const events: string[] = [];
	const idsOf = (list: readonly Pick<Job, 'jobId'>[]) => list.map(({ jobId }) => jobId).join();
	const memory = {
		has: (job: Job) => jobs.indexOf(job) < startedElsewhere,
		store: () => void events.push('store'),
		taken: (list: readonly Job[]) => void events.push(`taken ${idsOf(list)}`),
		fail: (list: readonly Job[]) => {
			events.push(`fail ${idsOf(list)}`);
			return failures;
		},
	} as unknown as StartMemory;
	const ctx = {
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({ id: 'trigger-1' }),
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getMode: () => mode,
		getNodeWebhookUrl: (name: string) => (name === 'default' ? URL : undefined),
		getRequestObject: () => ({ rawBody: Buffer.from(BODY) }),
		getResponseObject: () => response,
		helpers: {
			httpRequest: (options: IHttpRequestOptions) => {
				requests.push({ ...options, atMs: clock.now() });
				return Promise.resolve(ownCalls[Math.min(requests.length, ownCalls.length) - 1]);
			},
		},
		logger: { warn: (line: string) => void warnings.push(line) },
	} as unknown as IWebhookFunctions;
	const session = scriptedSession(clock, () => silence);
	const callback = { session, sender: 'signed' } as unknown as Callback;
	/** All that follows. */
	const halfAnHour = () => clock.sleep(1_800_000);
	const result = startWorkflow(ctx, callback, jobs, memory);
	return { result, response, events, requests, warnings, halfAnHour };
}

it('each job is an item of its own, with every field', () => {
	const jobs = [completed('task_1', { odd: 1 }), completed('task_2')];
	const { result } = starting({ jobs });
	expect(result).toEqual({
		workflowData: [jobs.map((job) => ({ json: { ...job } }))],
		webhookResponse: { status: 'ok' },
	});
	expect(result.workflowData![0]![0]!.json).not.toHaveProperty('raw');
});

it('Include Raw Response gives what the provider said', () => {
	const jobs = [completed('task_1', { odd: 1 }), completed('task_2')];
	const parameters = { 'options.includeRawResponse': true };
	const { result } = starting({ jobs, parameters });
	expect(result.workflowData![0]!.map(({ json }) => json.raw)).toEqual([{ odd: 1 }, null]);
});

it('a test from the editor starts, stores nothing and is not watched', async () => {
	const { result, response, events, halfAnHour } = starting({ mode: 'manual' });
	const json = expect.objectContaining({ jobId: 'task_1' }) as unknown;
	expect(result).toEqual({ noWebhookResponse: true, workflowData: [[{ json }]] });
	expect(() => response.status(200)).toThrow('ERR_HTTP_HEADERS_SENT');
	await halfAnHour();
	expect(events).toEqual([]);
});

it.each<[string, (response: Response) => unknown]>([
	['with 200', (response) => response.status(200).json({ status: 'ok' })],
	['without a status', (response) => response.setHeader('a', 'b').send('ok')],
	['with a redirect', (response) => response.status(399).send()],
])('a start that n8n reports %s is not made again', async (_, answer) => {
	const { response, events, requests, warnings, halfAnHour } = starting();
	// n8n reads the static data after the method has returned.
	expect(events).toEqual(['store']);
	expect(answer(response)).toBe(response);
	await halfAnHour();
	expect(events).toEqual(['store', 'taken task_1']);
	expect([requests, warnings]).toEqual([[], []]);
});

it('nothing happens before n8n has reported', async () => {
	const { events, requests, halfAnHour } = starting();
	await halfAnHour();
	expect([events, requests]).toEqual([['store'], []]);
});

describe('a start that n8n refuses', () => {
	it.each([400, 500, 503])('with %i is made again by a call of our own', async (status) => {
		const jobs = [completed('task_1'), completed('task_2')];
		const { response, events, requests, warnings, halfAnHour } = starting({ jobs });
		response.status(status).json({ message: 'No database' });
		await halfAnHour();
		expect(events).toEqual(['store', 'fail task_1,task_2']);
		expect(requests).toMatchObject([{ url: URL, method: 'POST', body: BODY, atMs: 2_000 }]);
		expect(warnings).toEqual([]);
	});

	it('is signed for this trigger alone, with what was known of its sender', async () => {
		const { response, requests, halfAnHour } = starting();
		response.status(500).send();
		await halfAnHour();
		const header = requests[0]!.headers!['x-n8n-seedance-call'] as string;
		const time = Number(header.split('.')[1]);
		const call = { receiver: 'trigger workflow trigger-1', sender: 'signed', body: BODY } as const;
		expect(header).toBe(signOwnCall({ apiKey: 'key' }, call, time));
	});

	it('is not made again where another callback has started all of its jobs', async () => {
		const jobs = [completed('task_1'), completed('task_2')];
		const all = starting({ jobs, startedElsewhere: 2 });
		all.response.status(500).send();
		await all.halfAnHour();
		expect([all.requests, all.warnings]).toEqual([[], []]);
		const one = starting({ jobs, startedElsewhere: 1 });
		one.response.status(500).send();
		await one.halfAnHour();
		expect(one.requests).toHaveLength(1);
	});

	it('waits longer the more often it has failed', async () => {
		const { response, requests, halfAnHour } = starting({ failures: 4 });
		response.status(500).send();
		await halfAnHour();
		expect(requests.map(({ atMs }) => atMs)).toEqual([30_000]);
	});

	it('again and again is logged with the IDs, so that the user can look up the jobs', async () => {
		const jobs = [completed('task_1'), completed(`task_${'9'.repeat(99)}`)];
		const ownCalls = [{ statusCode: 503, body: '' }];
		const { response, requests, warnings, halfAnHour } = starting({ jobs, ownCalls });
		response.status(500).send();
		await halfAnHour();
		expect(requests).toHaveLength(10);
		expect(warnings).toEqual([
			expect.stringMatching(
				/could not start the workflow for task_1, task_9{20,60}\D.*Check Status/,
			),
		]);
	});
});
