import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { newJob, type Job } from '../../nodes/Seedance/core/job';
import { keptJobs } from '../../nodes/Seedance/runtime/submit/reuse';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
const session = scriptedSession(new VirtualClock(NOW), () => silence);

const job = (jobId: string, more: Partial<Job> = {}): Job => ({
	...newJob(jobId, session.provider.id),
	status: 'completed',
	progress: 100,
	videoUrl: `https://e.com/${jobId}.mp4`,
	...more,
});

/** The jobs that are kept in this store, as an execution with these settings sees them. */
function keeping(
	store: IDataObject = {},
	settings: Partial<typeof session.settings> = {},
	name: 'finishedJobs' | 'jobsByKey' = 'finishedJobs',
) {
	const ctx = { getWorkflowStaticData: () => store } as unknown as IExecuteFunctions;
	const { provider } = session;
	return keptJobs(ctx, name, { provider, settings: { ...session.settings, ...settings } });
}
const stored = (store: IDataObject) => JSON.parse(JSON.stringify(store)) as IDataObject;

it('finds a job by its key in a later execution', () => {
	const store: IDataObject = {};
	keeping(store).keep('lamp', job('task_1'), NOW);
	const later = keeping(stored(store));
	expect(later.find('lamp', HOUR, NOW + 1_000)).toMatchObject(job('task_1'));
	expect(later.find('shoe', HOUR, NOW + 1_000)).toBeUndefined();
});

it('finds it until it is too old, and not a millisecond longer', () => {
	const kept = keeping();
	kept.keep('lamp', job('task_1'), NOW);
	expect(kept.find('lamp', HOUR, NOW + HOUR)).toBeDefined();
	expect(kept.find('lamp', HOUR, NOW + HOUR + 1)).toBeUndefined();
});

it('does not find one whose file has expired', () => {
	const kept = keeping();
	const expiresAt = new Date(NOW + 1_000).toISOString();
	kept.keep('lamp', job('task_1', { expiresAt }), NOW);
	expect(kept.find('lamp', HOUR, NOW + 999)).toBeDefined();
	expect(kept.find('lamp', HOUR, NOW + 1_000)).toBeUndefined();
});

it.each([
	['key', { apiKey: 'another key' }],
	['address', { baseUrl: 'https://sandbox.example' }],
])('does not find what was made with another %s', (_, settings) => {
	const store: IDataObject = {};
	keeping(store).keep('lamp', job('task_1'), NOW);
	expect(keeping(store, settings).find('lamp', HOUR, NOW)).toBeUndefined();
});

it('keeps the finished ones and those by key apart', () => {
	const store: IDataObject = {};
	keeping(store).keep('lamp', job('task_1'), NOW);
	expect(keeping(store, {}, 'jobsByKey').find('lamp', HOUR, NOW)).toBeUndefined();
});

it('takes the newest job of a key', () => {
	const kept = keeping();
	kept.keep('lamp', job('task_1'), NOW);
	kept.keep('lamp', job('task_2'), NOW + 1);
	expect(kept.find('lamp', HOUR, NOW + 1)?.jobId).toBe('task_2');
});

it('drops the one that it is told to, and no other', () => {
	const kept = keeping();
	kept.keep('lamp', job('task_1'), NOW);
	kept.keep('shoe', job('task_2'), NOW);
	kept.drop('lamp');
	expect(kept.find('lamp', HOUR, NOW)).toBeUndefined();
	expect(kept.find('shoe', HOUR, NOW)?.jobId).toBe('task_2');
});

it('keeps 200, and forgets the oldest first', () => {
	const store: IDataObject = {};
	const kept = keeping(store);
	for (let n = 0; n < 201; n += 1) kept.keep(`item ${n}`, job(`task_${n}`), NOW + n);
	expect(Object.keys(store.finishedJobs as object)).toHaveLength(200);
	expect(kept.find('item 0', HOUR, NOW + 201)).toBeUndefined();
	expect(kept.find('item 1', HOUR, NOW + 201)?.jobId).toBe('task_1');
	expect(kept.find('item 200', HOUR, NOW + 201)?.jobId).toBe('task_200');
});

it('keeps no key of the account in what n8n stores', () => {
	const store: IDataObject = {};
	keeping(store, { apiKey: 'sk-very-secret' }).keep('lamp', job('task_1'), NOW);
	expect(JSON.stringify(store)).not.toContain('sk-very-secret');
});
