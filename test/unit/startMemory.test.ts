import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import type { JobStatus } from '../../nodes/Seedance/core/job';
import { inTurn } from '../../nodes/Seedance/runtime/callbacks/startMemory';

type Module = typeof import('../../nodes/Seedance/runtime/callbacks/startMemory');

/** Modules of its own: what one process has in its memory, another one has not. */
function newProcess(): Module['startMemory'] {
	let module: Module | undefined;
	jest.isolateModules(() => {
		module = jest.requireActual<Module>('../../nodes/Seedance/runtime/callbacks/startMemory');
	});
	return module!.startMemory;
}

/** A call to a trigger: n8n reads the static data when it comes in, and stores it when `end` is called. */
function callOf(database: IDataObject, { mode = 'webhook', trigger = 'node-1' } = {}) {
	const stored = structuredClone(database);
	const ctx = {
		getMode: () => mode,
		getNode: () => ({ id: trigger }),
		getWorkflow: () => ({ id: 'workflow-1' }),
		getWorkflowStaticData: (type: string) => (type === 'node' ? stored : {}),
	} as unknown as IWebhookFunctions;
	return { ctx, end: () => void Object.assign(database, stored) };
}

const job = (jobId: string, status: JobStatus = 'completed') => ({ jobId, status });

it('knows a job and its event, and no other', () => {
	const { ctx } = callOf({});
	const memory = newProcess()(ctx);
	memory.add(job('task_1'));
	expect(memory.has(job('task_1'))).toBe(true);
	expect(memory.has(job('task_1', 'failed'))).toBe(false);
	expect(memory.has(job('task_2'))).toBe(false);
});

it('outlives the process', () => {
	const database: IDataObject = {};
	const first = callOf(database);
	const memory = newProcess()(first.ctx);
	memory.add(job('task_1'));
	memory.store();
	first.end();
	expect(newProcess()(callOf(database).ctx).has(job('task_1'))).toBe(true);
});

it('sees in one process what was started while n8n had not stored it yet', () => {
	const database: IDataObject = {};
	const process = newProcess();
	const [one, two] = [callOf(database), callOf(database)];
	const later = process(two.ctx);
	const first = process(one.ctx);
	first.add(job('task_1'));
	expect(later.has(job('task_1'))).toBe(true);
	later.add(job('task_2'));
	first.store();
	later.store();
	one.end();
	two.end();
	// The one that stores last has both.
	const memory = newProcess()(callOf(database).ctx);
	expect([memory.has(job('task_1')), memory.has(job('task_2'))]).toEqual([true, true]);
});

it('belongs to one trigger', () => {
	const process = newProcess();
	process(callOf({}).ctx).add(job('task_1'));
	expect(process(callOf({}, { trigger: 'node-2' }).ctx).has(job('task_1'))).toBe(false);
});

it('keeps the newest thousand, in little space', () => {
	const database: IDataObject = {};
	const { ctx, end } = callOf(database);
	const memory = newProcess()(ctx);
	for (let number = 1; number <= 1_001; number += 1) memory.add(job(`task_${number}`));
	memory.store();
	end();
	const after = newProcess()(callOf(database).ctx);
	const known = [1, 2, 1_001].map((number) => after.has(job(`task_${number}`)));
	expect(known).toEqual([false, true, true]);
	expect(JSON.stringify(database).length).toBeLessThan(20_000);
});

it('stores no more than a thousand, also of those of another process', () => {
	const database: IDataObject = {};
	const store = (first: number, last: number) => {
		const { ctx, end } = callOf(database);
		const memory = newProcess()(ctx);
		for (let number = first; number <= last; number += 1) memory.add(job(`task_${number}`));
		memory.store();
		end();
	};
	store(1, 1_000);
	store(1_001, 1_002);
	expect(database.started).toHaveLength(1_000);
});

it('forgets what is not its own: odd static data does no harm', () => {
	for (const started of [null, 'text', { a: 1 }, [7, null, {}]]) {
		const database = { started } as IDataObject;
		const { ctx, end } = callOf(database);
		const memory = newProcess()(ctx);
		expect(memory.has(job('task_1'))).toBe(false);
		memory.add(job('task_1'));
		expect(memory.has(job('task_1'))).toBe(true);
		memory.store();
		end();
		expect(database.started).toEqual([expect.any(String)]);
	}
});

it('has no memory in a test from the editor', () => {
	const database: IDataObject = {};
	const { ctx, end } = callOf(database, { mode: 'manual' });
	const memory = newProcess()(ctx);
	memory.add(job('task_1'));
	memory.store();
	end();
	expect(memory.has(job('task_1'))).toBe(false);
	expect(memory.fail([job('task_1')])).toBe(0);
	expect(database).toEqual({});
});

it('lets work about the same job go one after the other, and goes on after a failure', async () => {
	const { ctx } = callOf({});
	const order: string[] = [];
	let release = () => {};
	const gate = new Promise<void>((resolve) => (release = resolve));
	const first = inTurn(ctx, 'task_1', true, async () => {
		order.push('first begins');
		await gate;
		order.push('first ends');
		throw new Error('No');
	});
	const second = inTurn(callOf({}).ctx, 'task_1', true, () => {
		order.push('second');
		return Promise.resolve(2);
	});
	const other = inTurn(ctx, 'task_2', true, () => {
		order.push('another job');
		return Promise.resolve();
	});
	await other;
	release();
	await expect(first).rejects.toThrow('No');
	await expect(second).resolves.toBe(2);
	expect(order).toEqual(['first begins', 'another job', 'first ends', 'second']);
});

it('lets the third wait for the second, also where the first has ended before it came', async () => {
	const { ctx } = callOf({});
	const order: string[] = [];
	let release = () => {};
	const gate = new Promise<void>((resolve) => (release = resolve));
	const first = inTurn(ctx, 'task_1', true, () => Promise.resolve());
	const second = inTurn(ctx, 'task_1', true, async () => {
		await gate;
		order.push('second');
	});
	await first;
	const third = inTurn(ctx, 'task_1', true, () => Promise.resolve(order.push('third')));
	await new Promise((resolve) => setImmediate(resolve));
	release();
	await Promise.all([second, third]);
	expect(order).toEqual(['second', 'third']);
});

it('asks the one that has its turn to make way for one that is urgent, and for no other', async () => {
	const { ctx } = callOf({});
	let isAsked = false;
	const first = inTurn(ctx, 'task_1', true, async (next) => {
		await next;
		isAsked = true;
	});
	const second = inTurn(ctx, 'task_1', false, () => Promise.resolve(2));
	await new Promise((resolve) => setImmediate(resolve));
	expect(isAsked).toBe(false);
	const third = inTurn(ctx, 'task_1', true, () => Promise.resolve(3));
	expect(await Promise.all([first, second, third])).toStrictEqual([undefined, 2, 3]);
	expect(isAsked).toBe(true);
});

describe('a start that failed', () => {
	it('does not count, also where n8n has stored it', () => {
		const database: IDataObject = {};
		const process = newProcess();
		const first = callOf(database);
		const memory = process(first.ctx);
		memory.add(job('task_1'));
		memory.add(job('task_2'));
		memory.store();
		first.end();
		expect(memory.fail([job('task_1')])).toBe(1);
		const next = callOf(database);
		const later = process(next.ctx);
		expect([later.has(job('task_1')), later.has(job('task_2'))]).toEqual([false, true]);
		later.store();
		next.end();
		const after = newProcess()(callOf(database).ctx);
		expect([after.has(job('task_1')), after.has(job('task_2'))]).toEqual([false, true]);
	});

	it('makes no other job start twice', () => {
		const memory = newProcess()(callOf({}).ctx);
		memory.add(job('task_1'));
		memory.add(job('task_2'));
		memory.fail([job('task_1')]);
		expect([memory.has(job('task_1')), memory.has(job('task_2'))]).toEqual([false, true]);
	});

	it('is forgotten where a thousand others have failed since', () => {
		const memory = newProcess()(callOf({}).ctx);
		const fail = (number: number) => memory.fail([job(`task_${number}`)]);
		for (let number = 1; number <= 1_000; number += 1) expect(fail(number)).toBe(1);
		expect(fail(1)).toBe(2);
		expect(fail(1_001)).toBe(1);
		// The second one is now the oldest.
		expect([fail(1), fail(2)]).toEqual([3, 1]);
	});

	it('counts when it is begun again, and is forgotten when it has succeeded', () => {
		const memory = newProcess()(callOf({}).ctx);
		const start = job('task_1');
		for (const times of [1, 2]) {
			memory.add(start);
			expect(memory.fail([start])).toBe(times);
		}
		memory.add(start);
		expect(memory.has(start)).toBe(true);
		memory.taken([start]);
		expect(memory.fail([start])).toBe(1);
	});
});
