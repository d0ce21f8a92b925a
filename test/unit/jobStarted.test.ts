/** What an error says about a job that may have started, and the form of an item for which nothing was submitted. */
import { failure, inputFault, success, type Fault } from '../../nodes/Seedance/core/fault';
import { newJob } from '../../nodes/Seedance/core/job';
import { withJobStarted, withoutSubmit } from '../../nodes/Seedance/runtime/submit/jobStarted';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { notSubmitted } from '../../nodes/Seedance/runtime/submit/notSubmitted';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';

const REFUSED = inputFault('No');
const LOST: Fault = { message: 'No answer', transient: true, ambiguous: true };
const item = { memoryKey: '0/0' } as GenerateItem;
const sent = { model: 'm', mode: 'textToVideo', prompt: 'A lamp' } as const;
const attempt = { idempotencyKey: 'k', settings: 's', request: sent };
const batchOf = (...memoryKeys: string[]) => ({
	idempotencyKey: 'b',
	settings: 's',
	members: memoryKeys.map((memoryKey) => ({ memoryKey, request: sent })),
});

type Memory = ReturnType<typeof submitMemory>;
const startedOf = (fault: Fault, note?: (memory: Memory) => void, jobId?: string) => {
	const memory = submitMemory({}, '7');
	note?.(memory);
	const [result] = withJobStarted(memory, [success(item)], [{ fault, jobId }]);
	return (result as { jobStarted?: string }).jobStarted;
};

describe('an error says whether a job has started', () => {
	it.each<[string, Fault, ((memory: Memory) => void) | undefined, string | undefined, string]>([
		['a refusal', REFUSED, undefined, undefined, 'no'],
		['a lost answer', LOST, undefined, undefined, 'maybe'],
		['a fault of a job', REFUSED, undefined, 'task_1', 'yes'],
		[
			'a job of an earlier try',
			REFUSED,
			(memory) => memory.note('0/0', { job: newJob('task_1', 'p') }),
			undefined,
			'yes',
		],
		[
			'a doubt of then',
			REFUSED,
			(memory) => memory.note('0/0', { doubt: LOST }),
			undefined,
			'maybe',
		],
		[
			'an attempt of then',
			REFUSED,
			(memory) => memory.note('0/0', { attempt }),
			undefined,
			'maybe',
		],
		['a batch of then', REFUSED, (memory) => memory.noteBatch(batchOf('0/0')), undefined, 'maybe'],
		[
			'a batch with others of then',
			REFUSED,
			(memory) => memory.noteBatch(batchOf('0/0', '0/1')),
			undefined,
			'maybe',
		],
		['a batch of others', REFUSED, (memory) => memory.noteBatch(batchOf('0/1')), undefined, 'no'],
		[
			'what others have done',
			REFUSED,
			(memory) => memory.note('0/1', { attempt }),
			undefined,
			'no',
		],
		['an earlier job, although the answer is lost', LOST, jobThen, undefined, 'yes'],
	])('%s', (_, fault, note, jobId, started) => {
		expect(startedOf(fault, note, jobId)).toBe(started);
	});

	it('of an item that could not be read as well, and of no result without an error', () => {
		const memory = submitMemory({}, '7');
		const job = { job: newJob('task_1', 'p') };
		expect(
			withJobStarted(memory, [failure(REFUSED), success(item)], [{ fault: REFUSED }, job]),
		).toEqual([{ fault: REFUSED, jobStarted: 'no' }, job]);
	});

	it.each<[string, (memory: Memory) => void, string]>([
		['nothing is known', () => undefined, 'no'],
		['an item has a record', (memory) => memory.note('0/0', { attempt }), 'maybe'],
		['a batch is open', (memory) => memory.noteBatch(batchOf('0/0')), 'maybe'],
	])('before the items are read: %s', (_, note, jobStarted) => {
		const memory = submitMemory({}, '7');
		note(memory);
		expect(withoutSubmit(memory, { fault: REFUSED })).toEqual({ fault: REFUSED, jobStarted });
	});

	it('a failed job of the execution that is retried does not count', () => {
		const context = {};
		submitMemory(context, '7').note('0/0', { job: { ...newJob('task_1', 'p'), status: 'failed' } });
		expect(submitMemory(context, '7').isEmpty()).toBe(false);
		const retried = submitMemory(context, '8');
		expect([retried.isEmpty(), retried.startedOf('0/0')]).toStrictEqual([true, undefined]);
	});
});

function jobThen(memory: Memory) {
	memory.note('0/0', { job: newJob('task_1', 'p') });
}

it('only the job itself is forgotten, not the one that has replaced it', () => {
	const memory = submitMemory({}, '7');
	memory.note('0/0', { job: newJob('task_2', 'p') });
	memory.forget('0/0', 'task_1');
	memory.forget('0/1', 'task_1');
	expect(memory.of('0/0')?.job?.jobId).toBe('task_2');
	memory.forget('0/0', 'task_2');
	expect(memory.of('0/0')).toBeUndefined();
});

describe('an item for which nothing was submitted', () => {
	const request = { model: 'm', prompt: 'A lamp', metadata: { sku: 'A-1' } };
	const priced = { request, creditsEstimated: 7, costUsdEstimated: 0.5 } as unknown as GenerateItem;
	const json = (...args: [fault?: Fault, makes?: 'video' | 'image']) =>
		notSubmitted('p', priced, ...args).json;

	it('has the form of a job, with its estimate', () => {
		expect(json()).toMatchObject({
			provider: 'p',
			model: 'm',
			jobId: null,
			status: 'not_submitted',
			videoUrl: null,
			creditsEstimated: 7,
			costUsdEstimated: 0.5,
			creditsCharged: null,
			metadata: { sku: 'A-1' },
			failure: null,
		});
		expect(json()).not.toHaveProperty('imageUrl');
	});

	it('says why, with the code of the fault or one of its own', () => {
		const { failure: own } = json({ ...REFUSED, code: undefined });
		expect(own).toEqual({ code: 'not_submitted', message: 'No' });
		expect(json({ ...REFUSED, code: 'group_stopped' }).failure).toEqual({
			code: 'group_stopped',
			message: 'No',
		});
	});

	it('has the address of an image where it would have been one, and no metadata where there is none', () => {
		const made = notSubmitted(
			'p',
			{ ...priced, request: { model: 'm', prompt: 'A lamp' } } as unknown as GenerateItem,
			undefined,
			'image',
		);
		expect(made.json).toMatchObject({ imageUrl: null, metadata: null });
		expect(made.json).not.toHaveProperty('videoUrl');
	});
});
