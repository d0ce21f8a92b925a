/** The building blocks that providers' replies are read with. */
import {
	later,
	readOrName,
	readProgress,
	readStatus,
	secondsBetween,
	withoutUndefined,
} from '../../nodes/Seedance/core/replies';

const start = '2026-04-10T14:30:00Z';

it.each([
	['2026-04-10T14:31:30Z', start, 90],
	['2026-04-10T14:30:01.400Z', start, 1],
	[start, start, null],
	['2026-04-10T14:29:00Z', start, null],
	[start, null, null],
	[undefined, start, null],
	['soon', start, null],
])('until %p from %p it is %p seconds', (to, from, seconds) => {
	expect(secondsBetween(from, to)).toBe(seconds);
});

it.each<[string | null | undefined, number, string | null]>([
	[start, 24 * 3_600_000, '2026-04-11T14:30:00Z'],
	[start, 1, '2026-04-10T14:30:00.001Z'],
	['1970-01-01T00:00:00Z', 8.64e15, '+275760-09-13T00:00:00Z'],
	['1970-01-01T00:00:00Z', 8.64e15 + 1, null],
	[null, 1, null],
	[undefined, 1, null],
	['soon', 1, null],
])('a file made at %p that is kept for %p ms expires at %p', (iso, ms, expiry) => {
	expect(later(iso, ms)).toBe(expiry);
});

it('leaves out what the user did not give, and nothing else', () => {
	const body = { seed: 0, audio: false, prompt: '', image: null, length: undefined };
	expect(Object.keys(withoutUndefined(body))).toEqual(['seed', 'audio', 'prompt', 'image']);
});

it.each([
	['cancelled', 'cancelled'],
	['canceled', 'cancelled'],
	['not cancelled', 'processing'],
	['cancelled soon', 'processing'],
	['done', 'processing'],
])('a job of which it is said "%s" is %s', (word, status) => {
	expect(readStatus({}, word).status).toBe(status);
});

it.each([
	[null, null],
	[undefined, null],
	[-1, 0],
	[0, 0],
	[50, 50],
	[101, 100],
])('a progress of %p is %p percent', (said, percent) => {
	expect(readProgress(said, 100)).toBe(percent);
});

it('knows a job by its ID where nothing else can be read', () => {
	const unreadable = () => {
		throw new Error('Unreadable');
	};
	expect(readOrName('job_1', unreadable)).toEqual({
		jobId: 'job_1',
		status: 'processing',
		unknownStatus: '',
	});
	expect(readOrName('job_1', () => ({ jobId: 'job_1', status: 'failed' })).status).toBe('failed');
});
