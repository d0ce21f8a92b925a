import {
	newWait,
	next,
	noteAnswer,
	noteCallback,
	noteQuestion,
	type Answer,
	type ExecutionCopy,
	type Question,
	type Step,
	type WaitState,
} from '../../nodes/Seedance/runtime/callbacks/waitState';

const NOW = 1_000_000;
const copy = { readAt: NOW, isLast: false, resumeBefore: Infinity };
const wait = newWait(['a', 'b', 'c']);
const callSelf = (afterMs: number): Step => ({ do: 'callSelf', afterMs });
const stay: Step = { do: 'stay' };
const ask = (which: Question['which'], ...jobIds: string[]): Question => ({
	do: 'ask',
	which,
	jobIds,
});

describe('the next step', () => {
	const settled = { open: [] };
	const fault = { answer: 'fault' as const, askAllAt: NOW };
	const claimed = { claimed: ['b'], askAllAt: NOW };

	it.each<[string, Partial<WaitState>, Step, Partial<ExecutionCopy>?]>([
		['all are settled', settled, { do: 'resume' }],
		['all are settled, but n8n goes on by itself', settled, stay, { resumeBefore: NOW }],
		[
			'the copy is old, and n8n goes on by itself',
			settled,
			stay,
			{ readAt: NOW - 5_001, resumeBefore: NOW },
		],
		['all are settled, but the copy is old', settled, callSelf(0), { readAt: NOW - 5_001 }],
		['all were asked for since the copy was read', { ...settled, askedAllAt: NOW }, callSelf(0)],
		[
			'there will be no fresher copy',
			{ ...settled, askedAllAt: NOW },
			{ do: 'resume' },
			{ readAt: NOW - 99_999, isLast: true },
		],
		['a first fault', { ...fault, faults: 1, named: ['a'] }, callSelf(5_000)],
		['a third fault', { ...fault, faults: 3 }, callSelf(20_000)],
		['an eighteenth fault', { ...fault, faults: 18 }, callSelf(60_000)],
		['a fault too many', { ...fault, faults: 19 }, stay],
		['jobs are named', { named: ['c', 'a', 'c'], askAllAt: NOW }, ask('named', 'c', 'a')],
		['settled jobs are named', { named: ['z'], askAllAt: NOW + 7 }, callSelf(7)],
		['a claimed job is due', { ...claimed, askClaimedAt: NOW }, ask('named', 'b')],
		['a claimed job is not due', { ...claimed, askClaimedAt: NOW + 9, lags: 6 }, callSelf(9)],
		[
			'a claimed job was asked for too often',
			{ ...claimed, askClaimedAt: Infinity, lags: 7 },
			{ do: 'stay', unconfirmed: ['b'] },
		],
		['a job is still open', { answer: 'open', askAllAt: NOW }, stay],
		['all were asked for already', {}, stay],
		['it is not quiet yet', { askAllAt: NOW + 1_500 }, callSelf(1_500)],
		['it is quiet', { askAllAt: NOW }, ask('open', 'a', 'b', 'c')],
	])('when %s', (_, state, step, which = {}) => {
		expect(next({ ...wait, ...state }, { ...copy, ...which }, NOW)).toEqual(step);
	});
});

describe('a callback', () => {
	const come = (state: Partial<WaitState>, ended: string[]) => {
		const notice = { waitId: 'w', resumeBefore: Infinity, jobIds: ['a', 'b', 'c'] };
		return noteCallback({ ...wait, ...state }, { ...notice, ended }, NOW);
	};

	it.each<[string, Partial<WaitState>, string[], Partial<WaitState>]>([
		['names a job: it is quiet half a second a job later', {}, ['a'], { askAllAt: NOW + 1_500 }],
		['puts that off', { askAllAt: NOW }, ['a'], { askAllAt: NOW + 1_500 }],
		['names none: all are asked for at once', {}, [], { askAllAt: NOW, named: [] }],
		['names others', {}, ['z'], { askAllAt: NOW, named: [], claimed: [] }],
		['names none, just after', { askedAllAt: NOW - 500 }, [], { askAllAt: NOW + 1_000 }],
		['names a settled one', { open: ['b'] }, ['a'], { named: [], askAllAt: NOW + 1_500 }],
		['is counted', { callbacks: 7 }, [], { callbacks: 8 }],
		['begins a new count of lags', { lags: 3, askClaimedAt: NOW + 1 }, ['a'], { lags: 0 }],
		['leaves the count of others', { claimed: ['b'], lags: 3 }, ['a'], { lags: 3 }],
	])('that %s', (_, state, ended, expected) => {
		expect(come(state, ended)).toMatchObject(expected);
	});

	it('for a thousand jobs is followed by half a minute of quiet', () => {
		const jobIds = Array.from({ length: 1_000 }, (_, index) => `job ${index}`);
		const notice = { waitId: 'w', resumeBefore: Infinity, jobIds, ended: ['job 7'] };
		expect(noteCallback(newWait(jobIds), notice, NOW).askAllAt).toBe(NOW + 30_000);
	});
});

describe('an answer', () => {
	const answered = (
		state: Partial<WaitState>,
		question: Question,
		answer: Answer,
		late: number,
	) => {
		const asked = noteQuestion({ ...wait, ...state }, question, NOW - 100);
		const reply = { answer, callbacks: asked.callbacks - late, isOpen: (id: string) => id !== 'a' };
		return noteAnswer(asked, question, reply, NOW);
	};
	const [named, all] = [ask('named', 'a', 'b'), ask('open', 'a', 'b')];
	const claims = { claimed: ['a', 'b'], named: ['a', 'b'] };

	it.each<[string, Partial<WaitState>, Question, Answer, Partial<WaitState>, number?]>([
		['settles a job', claims, named, 'open', { open: ['b', 'c'], claimed: ['b'], named: [] }],
		['is behind the callback', claims, named, 'open', { lags: 1, askClaimedAt: NOW + 5_000 }],
		['is so again', { ...claims, lags: 1 }, named, 'open', { lags: 2, askClaimedAt: NOW + 15_000 }],
		['is so at last', { ...claims, lags: 6 }, named, 'open', { lags: 7, askClaimedAt: Infinity }],
		['is about others', { claimed: ['c'] }, named, 'open', { lags: 0, askClaimedAt: -Infinity }],
		['ends the faults', { faults: 4 }, named, 'settled', { faults: 0, answer: 'settled' }],
		['is a fault', { ...claims, faults: 4 }, named, 'fault', { faults: 5, askAllAt: NOW, lags: 0 }],
		['about all', { askAllAt: NOW }, all, 'open', { askAllAt: Infinity, askedAllAt: NOW - 100 }],
		['came after a callback', {}, named, 'open', { answer: undefined }, 1],
		['is a fault after one', { askAllAt: 7 }, named, 'fault', { askAllAt: 7, answer: 'fault' }, 1],
	])('that %s', (_, state, question, answer, expected, late = 0) => {
		expect(answered(state, question, answer, late)).toMatchObject(expected);
	});
});
