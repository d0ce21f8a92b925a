import type { IDataObject } from 'n8n-workflow';
import { newJob, type JobStatus } from '../../nodes/Seedance/core/job';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';

const job = (status: JobStatus) => ({ ...newJob('task_1', 'p'), status });
/** As n8n stores it, and gives it to the execution that retries this one. */
const stored = (context: IDataObject) => JSON.parse(JSON.stringify(context)) as IDataObject;

describe.each<[JobStatus, boolean]>([
	['queued', true],
	['processing', true],
	['completed', true],
	['timed_out', true],
	['failed', false],
	['cancelled', false],
])('a job that is %s', (status, isTakenUp) => {
	it('is known to every try of its execution', () => {
		const context: IDataObject = {};
		submitMemory(context, '7').note('0/0', { job: job(status) });
		expect(submitMemory(stored(context), '7').of('0/0')?.job?.status).toBe(status);
	});

	it(`is ${isTakenUp ? 'taken up' : 'made anew'} by a retried execution`, () => {
		const context: IDataObject = {};
		submitMemory(context, '7').note('0/0', { job: job(status) });
		expect(submitMemory(stored(context), '8').of('0/0')?.job?.status).toBe(
			isTakenUp ? status : undefined,
		);
	});
});

it('a doubt goes over to a retried execution', () => {
	const context: IDataObject = {};
	const doubt = { message: 'may have started', transient: true, ambiguous: true };
	submitMemory(context, '7').note('0/0', { doubt });
	expect(submitMemory(stored(context), '8').of('0/0')?.doubt).toEqual(doubt);
});

it('an open batch is kept until it is closed', () => {
	const context: IDataObject = {};
	const memory = submitMemory(context, '7');
	memory.noteBatch({ idempotencyKey: 'a', settings: 's', members: [] });
	memory.noteBatch({ idempotencyKey: 'b', settings: 's', members: [] });
	memory.closeBatch('a');
	const keys = submitMemory(stored(context), '8').openBatches();
	expect(keys.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['b']);
});

it('works on one key in turn, on others at the same time, and goes on after a fault', async () => {
	const memory = submitMemory({}, '7');
	const order: string[] = [];
	const work =
		(name: string, fails = false) =>
		async () => {
			order.push(`${name} begins`);
			await Promise.resolve();
			order.push(`${name} ends`);
			if (fails) throw new Error(name);
		};
	const first = memory.inTurn('k', work('first', true));
	const second = memory.inTurn('k', work('second'));
	const other = memory.inTurn('other', work('other'));
	await expect(first).rejects.toThrow('first');
	await Promise.all([second, other]);
	expect(order.indexOf('second begins')).toBeGreaterThan(order.indexOf('first ends'));
	expect(order.indexOf('other begins')).toBeLessThan(order.indexOf('first ends'));
});
