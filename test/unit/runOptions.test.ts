/** The options of a whole run of Generate: what they refuse is refused before anything is submitted. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readRunOptions } from '../../nodes/Seedance/runtime/submit/runOptions';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

interface Setting {
	afterSubmit?: string;
	type?: string;
	/** The nodes behind this one. */
	behind?: Array<{ type: string; disabled?: boolean }>;
	/** Whether the provider has no callbacks. */
	isSilent?: boolean;
}

const callback = { jobsIn: () => [] };
const waiting = 'n8n-nodes-seedance.seedanceWaitForWebhook';

function reading(options: IDataObject = {}, setting: Setting = {}) {
	const { afterSubmit = 'return', type = 'x.seedanceGenerateVideo', behind = [] } = setting;
	const { isSilent = false } = setting;
	const values: IDataObject = { afterSubmit, options };
	const ctx = {
		getNode: () => ({ name: 'Generate', id: '1', type, parameters: values }),
		getNodeParameter: (name: string, _: number, fallback: unknown) => values[name] ?? fallback,
		getChildNodes: () => behind,
		evaluateExpression: (expression: string) =>
			expression.includes('$runIndex') ? '3' : ['7', 'https://n8n.example/webhook-waiting/7'],
		getWorkflow: () => ({ id: 'workflow-1' }),
		getExecutionId: () => '7',
		getInstanceId: () => 'instance-1',
		getMode: () => 'trigger',
	} as unknown as IExecuteFunctions;
	const session = scriptedSession(new VirtualClock(), () => silence);
	const baseUrl = 'https://api.example';
	const settings = { ...session.settings, baseUrl, maxConcurrentJobs: 5 };
	const provider = { ...session.provider, callback: isSilent ? undefined : callback };
	return readRunOptions(ctx, { ...session, settings, provider }, 'video', undefined);
}

it('are those of the account where the user has set none', () => {
	expect(reading()).toMatchObject({
		ok: true,
		value: {
			makes: 'video',
			afterSubmit: 'return',
			estimateOnly: false,
			submitAs: 'jobs',
			requestMode: 'async',
			maxConcurrentJobs: 5,
			runIndex: 3,
		},
	});
});

it.each([
	[2, 2],
	['2', 2],
	[9, 5],
	[5, 5],
])('may lower the number of jobs at a time, and not raise it: %p is %i', (asked, jobs) => {
	const options = reading({ maxConcurrentJobs: asked });
	expect(options).toMatchObject({ ok: true, value: { maxConcurrentJobs: jobs } });
});

it.each([
	['wait', 'sync'],
	['return', 'async'],
	['callback', 'async'],
])('one blocking call is only for a run that waits: %s is %s', (afterSubmit, requestMode) => {
	const options = reading({ requestMode: 'sync' }, { afterSubmit });
	expect(options).toMatchObject({ ok: true, value: { requestMode } });
});

it.each<[IDataObject, object]>([
	[{ submitAs: 'batch' }, { submitAs: 'batch' }],
	[{ estimateOnly: true }, { estimateOnly: true }],
	[{ estimateOnly: 'true' }, { estimateOnly: true }],
])('%p are taken', (options, value) => {
	expect(reading(options)).toMatchObject({ ok: true, value });
});

it.each<[IDataObject, string]>([
	[{ maxConcurrentJobs: 0 }, 'Max Concurrent Jobs'],
	[{ maxConcurrentJobs: 'many' }, 'Max Concurrent Jobs'],
	[{ estimateOnly: 'maybe' }, 'Estimate Only'],
	[{ submitAs: 'heap' }, 'Submit As: "heap" is not possible. Allowed: jobs, batch'],
	[{ requestMode: 'later' }, 'Request Mode: "later" is not possible. Allowed: async, sync'],
	[{ maxCredits: 'much' }, 'Max Credits'],
])('%p are refused', (options, message) => {
	expect(reading(options)).toMatchObject({
		ok: false,
		fault: { message: expect.stringContaining(message) as string, transient: false },
	});
});

describe('a provider without callbacks', () => {
	it.each(['sleep', 'resume', 'callback'])('is refused where it would have to call: %s', (way) => {
		expect(reading({}, { afterSubmit: way, isSilent: true })).toMatchObject({
			fault: {
				message: 'Scripted cannot call back when a job has ended',
				hint: expect.stringContaining('"Wait Until It Is Ready"') as string,
			},
		});
	});

	it.each(['wait', 'return'])('is enough for %s', (afterSubmit) => {
		expect(reading({}, { afterSubmit, isSilent: true })).toMatchObject({ ok: true });
	});

	it('is enough for an AI agent, which gets the job at once', () => {
		const tool = { type: 'x.seedanceGenerateVideoTool', afterSubmit: 'sleep', isSilent: true };
		expect(reading({}, tool)).toMatchObject({ ok: true, value: { afterSubmit: 'return' } });
	});
});

describe('a run that is to be resumed', () => {
	const resume = (more: Setting, options: IDataObject = {}) =>
		reading(options, { afterSubmit: 'resume', ...more });
	const refused = (words: string) => ({
		ok: false,
		fault: { message: expect.stringContaining(words) as string, ambiguous: false },
	});

	it.each<[string, NonNullable<Setting['behind']>]>([
		['no node', []],
		['a disabled one', [{ type: waiting, disabled: true }]],
		['another one', [{ type: `${waiting}Too` }, { type: 'n8n-nodes-base.wait' }]],
	])('is refused where %s would receive the callback', (_, behind) => {
		expect(resume({ behind })).toMatchObject(refused('No Wait for Webhook follows'));
	});

	it('is refused to an AI agent, which cannot wait', () => {
		const tool = { type: 'x.seedanceGenerateVideoTool', behind: [{ type: waiting }] };
		expect(resume(tool)).toMatchObject(refused('An AI agent cannot wait for a callback'));
	});

	it('needs no node behind it for an estimate', () => {
		expect(resume({}, { estimateOnly: true })).toMatchObject({ ok: true });
	});

	it('is called at its own address', () => {
		expect(resume({ behind: [{ type: waiting }] })).toMatchObject({
			ok: true,
			value: { resumeAddress: expect.stringContaining('https://n8n.example/') as string },
		});
	});
});
