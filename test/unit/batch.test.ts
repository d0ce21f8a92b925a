import type { IDataObject } from 'n8n-workflow';
import { success, type Outcome } from '../../nodes/Seedance/core/fault';
import type { Estimate } from '../../nodes/Seedance/core/price';
import type { BatchEntry, BatchSubmission } from '../../nodes/Seedance/core/provider';
import { submitBatches } from '../../nodes/Seedance/runtime/submit/batch';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import { newJob } from '../../nodes/Seedance/core/job';
import { refuses, scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const orderOf = (prompt: string, itemIndex: number, more: Partial<GenerateItem> = {}) =>
	({
		itemIndex,
		request: { model: 'm', mode: 'textToVideo', prompt },
		creditsEstimated: 243,
		memoryKey: `0/${itemIndex}`,
		idempotencyKey: `key ${itemIndex}`,
		isShared: false,
		settings: 's',
		timeoutMs: 600_000,
		...more,
	}) as GenerateItem;
const ordersOf = (...prompts: string[]) => prompts.map((prompt, n) => orderOf(prompt, n));

type Answer = (prompts: string[], index: number) => Outcome<BatchEntry[]>;

/** Takes what it is sent; a job is named by its prompt. */
const taking: Answer = (prompts) => success(prompts.map(entryOf));
const entryOf = (prompt: string): BatchEntry =>
	prompt.startsWith('bad')
		? { ok: false, message: 'the prompt is bad' }
		: { ok: true, value: { jobId: `task ${prompt}`, status: 'queued' } };

interface Run {
	answer?: Answer;
	/** What the node remembers of earlier tries. */
	context?: IDataObject;
	idempotent?: boolean;
	/** How many go into one call; 0: the provider takes no batches. */
	most?: number;
	submitAs?: 'jobs' | 'batch';
	/** When the run is stopped. */
	stopInMs?: number;
}

async function submitting(
	orders: readonly GenerateItem[],
	{
		answer = taking,
		context = {},
		idempotent = true,
		most = 50,
		submitAs = 'batch',
		...run
	}: Run = {},
) {
	const clock = new VirtualClock(0);
	if (run.stopInMs !== undefined) clock.stopIn(run.stopInMs);
	const promptsOf = (input: unknown) =>
		(input as BatchSubmission).requests.map(({ prompt = '' }) => prompt);
	const script = ({ input }: { input: unknown }, index: number) => answer(promptsOf(input), index);
	const session = scriptedSession(clock, script, { idempotent, batch: most });
	const traces: unknown[] = [];
	session.noteSubmit = (...trace) => void traces.push(trace);
	const spent: Array<number | null> = [];
	const spend = ({ creditsEstimated }: Estimate) => void spent.push(creditsEstimated);
	const memory = submitMemory(context, '7');
	const faults = await submitBatches({ session, memory, spend }, orders, submitAs);
	return {
		faults,
		spent,
		sent: session.asked.map(({ input }) => promptsOf(input)),
		keys: session.asked.map(({ input }) => (input as BatchSubmission).idempotencyKey),
		noted: session.noted,
		traces,
		untilMs: session.asked.map(({ untilMs }) => untilMs),
		jobs: orders.map(({ memoryKey }) => memory.of(memoryKey)?.job?.jobId),
		open: memory.openBatches().length,
	};
}

describe('what goes together', () => {
	it('is sent in one call, and each item gets its own job, which is paid once', async () => {
		const { sent, jobs, noted, spent, faults } = await submitting(ordersOf('a', 'b', 'c'));
		expect(sent).toEqual([['a', 'b', 'c']]);
		expect(jobs).toEqual(['task a', 'task b', 'task c']);
		expect(noted).toEqual(jobs);
		expect(spent).toEqual([243, 243, 243]);
		expect(faults.size).toBe(0);
	});

	it('is split where the provider takes no more in one call, under keys of their own', async () => {
		const { sent, keys, jobs } = await submitting(ordersOf('a', 'b', 'c', 'd', 'e'), { most: 2 });
		expect(sent).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
		expect(new Set(keys).size).toBe(3);
		expect(jobs).not.toContain(undefined);
	});

	it('is called back at one address', async () => {
		const at = (callbackUrl: string, prompt: string, n: number) => {
			const { request } = orderOf(prompt, n);
			return orderOf(prompt, n, { request: { ...request, callbackUrl } });
		};
		const orders = [at('https://e.com/1', 'a', 0), at('https://e.com/2', 'b', 1)];
		orders.push(at('https://e.com/1', 'c', 2));
		expect((await submitting(orders)).sent).toEqual([['a', 'c'], ['b']]);
	});

	it.each<[string, Partial<GenerateItem>]>([
		[
			'has a file, which goes as a form of its own',
			{ loadFiles: () => Promise.reject(new Error()) },
		],
		['has a key that executions share', { isShared: true }],
	])('does not include an item that %s', async (_, more) => {
		const orders = [orderOf('a', 0), orderOf('b', 1, more), orderOf('c', 2)];
		const { sent, jobs, faults } = await submitting(orders);
		expect(sent).toEqual([['a', 'c']]);
		expect(jobs).toStrictEqual(['task a', undefined, 'task c']);
		// Left to whoever submits the items one by one.
		expect(faults.size).toBe(0);
	});

	it('does not include what was sent alone before', async () => {
		const context: IDataObject = {};
		submitMemory(context, '7').note('0/1', { job: newJob('task known', 'scripted') });
		const { sent, jobs } = await submitting(ordersOf('a', 'b', 'c'), { context });
		expect(sent).toEqual([['a', 'c']]);
		expect(jobs[1]).toBe('task known');
	});

	it.each<[string, Run]>([
		['the user does not want batches', { submitAs: 'jobs' }],
		['the provider takes none', { most: 0 }],
	])('is nothing where %s', async (_, run) => {
		expect((await submitting(ordersOf('a', 'b'), run)).sent).toEqual([]);
	});
});

describe('a call', () => {
	it('leaves a trace of its items in the log before it is sent, with its key if it has one', async () => {
		const orders = ordersOf('a', 'b', 'c');
		const { traces, keys } = await submitting(orders, { most: 2 });
		expect(traces).toEqual([
			[[0, 1], keys[0]],
			[[2], keys[1]],
		]);
		expect((await submitting(orders, { idempotent: false })).traces).toEqual([
			[[0, 1, 2], undefined],
		]);
	});

	it('has as long as an item of it', async () => {
		expect((await submitting(ordersOf('a', 'b'))).untilMs).toEqual([600_000]);
	});

	it('is not made after the run was stopped', async () => {
		const { sent, faults } = await submitting(ordersOf('a', 'b'), { stopInMs: 0 });
		expect([sent, faults.size]).toEqual([[], 0]);
	});
});

describe('an answer', () => {
	it('that refuses one item fails that item alone', async () => {
		const { jobs, faults, spent } = await submitting(ordersOf('a', 'bad b', 'c'));
		expect(jobs).toStrictEqual(['task a', undefined, 'task c']);
		expect([...faults.keys()]).toEqual([1]);
		expect(faults.get(1)!.message).toContain('the prompt is bad');
		expect(spent).toEqual([243, 243]);
	});

	it('that refuses the call fails its items, and no other call', async () => {
		const answer: Answer = (prompts, n) =>
			n === 0 ? (refuses({ httpStatus: 400 }) as Outcome<never>) : taking(prompts, n);
		const orders = ordersOf('a', 'b', 'c');
		const context: IDataObject = {};
		const { faults, jobs, open } = await submitting(orders, { answer, most: 2, context });
		expect([...faults.keys()]).toEqual([0, 1]);
		expect(jobs).toStrictEqual([undefined, undefined, 'task c']);
		expect(open).toBe(0);
		// It was a clear answer, so the next try of the node may send them again.
		expect((await submitting(orders, { context })).sent).toEqual([['a', 'b']]);
	});

	it.each([
		['fewer', (prompts: string[]) => prompts.slice(1)],
		['more', (prompts: string[]) => [...prompts, 'stranger']],
	])('with %s jobs than items gives no item a job that may not be its own', async (_, change) => {
		const context: IDataObject = {};
		const answer: Answer = (prompts) => success(change(prompts).map(entryOf));
		const first = await submitting(ordersOf('a', 'b'), { answer, context });
		expect(first.jobs).toStrictEqual([undefined, undefined]);
		for (const index of [0, 1]) {
			expect(first.faults.get(index)).toMatchObject({ ambiguous: true });
			expect(first.faults.get(index)!.message).toContain('task b');
		}
		expect((await submitting(ordersOf('a', 'b'), { context })).sent).toEqual([]);
	});
});

describe('a lost answer', () => {
	const lost: Answer = () => silence as Outcome<never>;

	it('is asked for again under the same key', async () => {
		const answer: Answer = (prompts, n) => (n < 2 ? lost(prompts, n) : taking(prompts, n));
		const { keys, jobs, spent } = await submitting(ordersOf('a', 'b'), { answer });
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(1);
		expect(jobs).toEqual(['task a', 'task b']);
		expect(spent).toEqual([243, 243]);
	});

	it.each<'jobs' | 'batch'>(['batch', 'jobs'])(
		'is asked for again as it was by the next try, also in the way of "%s"',
		async (submitAs) => {
			const context: IDataObject = {};
			const first = await submitting(ordersOf('a', 'b'), { answer: lost, context });
			expect(first.open).toBe(1);
			const orders = ordersOf('a', 'b', 'c');
			const again = await submitting(orders, { context, submitAs });
			expect(again.sent[0]).toEqual(['a', 'b']);
			expect(again.keys[0]).toBe(first.keys[0]);
			expect(again.sent.slice(1)).toEqual(submitAs === 'batch' ? [['c']] : []);
			expect(again.jobs.slice(0, 2)).toEqual(['task a', 'task b']);
			expect(again.open).toBe(0);
		},
	);

	it('may still have started jobs when the next try is refused', async () => {
		const context: IDataObject = {};
		await submitting(ordersOf('a', 'b'), { answer: lost, context });
		const refused: Answer = () => refuses({ message: 'No', httpStatus: 400 }) as Outcome<never>;
		const { faults } = await submitting(ordersOf('a', 'b'), { answer: refused, context });
		expect(faults.get(1)!.message).toContain('may have started');
	});

	it('is not asked for again with other settings of the node', async () => {
		const context: IDataObject = {};
		await submitting(ordersOf('a', 'b'), { answer: lost, context });
		const changed = ['a', 'b'].map((prompt, n) => orderOf(prompt, n, { settings: 'other' }));
		const { sent, faults } = await submitting(changed, { context });
		expect(sent).toEqual([]);
		expect([...faults.keys()]).toEqual([0, 1]);
		expect(faults.get(0)!.message).toContain('settings of the node have changed');
	});

	it('is never asked for again where the provider knows no keys', async () => {
		const context: IDataObject = {};
		const first = await submitting(ordersOf('a', 'b'), {
			answer: lost,
			context,
			idempotent: false,
		});
		expect(first.sent).toHaveLength(1);
		expect(first.faults.get(1)).toMatchObject({ ambiguous: true });
		const again = await submitting(ordersOf('a', 'b'), { context, idempotent: false });
		expect(again.sent).toEqual([]);
	});
});
