import { failure, success, type Outcome } from '../../nodes/Seedance/core/fault';
import { newJob, type Job } from '../../nodes/Seedance/core/job';
import type { HttpCall } from '../../nodes/Seedance/core/provider';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import { cancelJob } from '../../nodes/Seedance/operations/cancelJob';
import type { Session } from '../../nodes/Seedance/runtime/api/session';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

interface Answer {
	status?: number;
	/** Undefined: no JSON. */
	body?: unknown;
}
/** What the provider answers to a call, so many milliseconds after the beginning. */
type Provider = (call: HttpCall, atMs: number) => Answer;

type Who = typeof seedance;
let accounts = 0;

/** seedance.it.com's dialects with answers of our own, in no time but that of the pauses. */
async function cancelling(provider: Provider, job: Partial<Job> = {}, who = seedance) {
	const clock = new VirtualClock(0);
	const calls: string[] = [];
	const call: Session['call'] = (_, endpoint, input) => {
		const request = endpoint.request(input);
		calls.push(`${request.method} ${request.path}`);
		const { status = 200, body } = provider(request, clock.now());
		const fault = { message: `HTTP ${status}`, httpStatus: status };
		if (status >= 300) {
			const transient = status >= 500;
			return Promise.resolve(failure({ ...fault, transient, ambiguous: transient }));
		}
		try {
			return Promise.resolve(success(endpoint.response(body, input, status), body));
		} catch {
			const unreadable = { ...fault, code: 'unreadable_answer', transient: true, ambiguous: true };
			return Promise.resolve(failure(unreadable));
		}
	};
	const scripted = scriptedSession(clock, () => silence);
	// Elsewhere each time: which dialect a job was found in is remembered.
	const settings = { ...scripted.settings, baseUrl: `https://${(accounts += 1)}.example.com` };
	const session: Session = { ...scripted, provider: who, settings, call };
	const known = { ...newJob('task_1', 'seedance'), model: 'seedance-2.0', ...job };
	const outcome: Outcome<Job> = await cancelJob(session, known);
	return { outcome, calls, tookMs: clock.now() };
}

const task = (status: string, more: object = {}) => ({
	body: { task_id: 'task_1', status, ...more },
});
/** To the cancel this, to questions that. */
const saying =
	(cancel: Answer, status: Answer): Provider =>
	({ method }) =>
		method === 'DELETE' ? cancel : status;

describe('Cancel Job', () => {
	it('says cancelled when the provider does', async () => {
		const { outcome, calls, tookMs } = await cancelling(
			saying(task('cancelled'), task('cancelled')),
		);
		expect(outcome).toMatchObject({ value: { status: 'cancelled', creditsCharged: 0 } });
		expect(calls).toEqual(['DELETE /tasks/task_1', 'GET /tasks/task_1']);
		expect(tookMs).toBe(0);
	});

	it('asks again while another server of the provider has not heard of it', async () => {
		const { outcome, tookMs } = await cancelling(({ method }, atMs) =>
			method === 'GET' && atMs < 5_000 ? task('processing') : task('cancelled'),
		);
		expect(outcome).toMatchObject({ value: { status: 'cancelled', creditsCharged: 0 } });
		expect(tookMs).toBe(7_000);
	});

	it.each<[string, Answer]>([
		['the cancelled job', task('cancelled')],
		['success', { body: { success: true } }],
		['no content', { status: 204 }],
	])('answered with %s never says more than the status does', async (_, answer) => {
		const raw = task('processing', { progress: 40 });
		const { outcome, calls, tookMs } = await cancelling(saying(answer, raw));
		expect(outcome).toMatchObject({
			ok: true,
			value: {
				status: 'processing',
				progress: 40,
				creditsCharged: null,
				costUsd: null,
				failure: {
					code: 'cancel_unconfirmed',
					message: expect.stringContaining('may continue and be charged') as string,
				},
			},
		});
		expect(calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
		expect(tookMs).toBe(15_000);
	});

	it.each([404, 410])(
		'of a job that is gone afterwards (HTTP %i) claims no price',
		async (status) => {
			for (const accepted of [{ status: 204 }, { body: {} }]) {
				const { outcome } = await cancelling(saying(accepted, { status }), { status: 'queued' });
				expect(outcome).toMatchObject({
					ok: true,
					value: { status: 'cancelled', creditsCharged: null, costUsd: null },
				});
			}
		},
	);

	it.each<[string, Answer]>([
		["a proxy's page with HTTP 200", {}],
		['a list', { body: [] }],
		['a text', { body: 'ok' }],
	])('%s is no acceptance', async (_, answer) => {
		for (const status of [task('processing'), { status: 404 }]) {
			const { outcome, calls } = await cancelling(saying(answer, status));
			expect(outcome).toMatchObject({ ok: false, fault: { code: 'unreadable_answer' } });
			expect(calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(3);
		}
		// The answer to the cancel was lost, but it was carried out.
		const { outcome } = await cancelling(saying(answer, task('cancelled')));
		expect(outcome).toMatchObject({ ok: true, value: { status: 'cancelled' } });
	});

	it('believes the answer to the cancel where the status cannot be asked', async () => {
		const { outcome } = await cancelling(saying(task('cancelled'), { status: 503 }));
		expect(outcome).toMatchObject({ ok: true, value: { status: 'cancelled' } });
		const other = await cancelling(saying({ body: {} }, { status: 503 }));
		expect(other.outcome).toMatchObject({ ok: false, fault: { httpStatus: 503 } });
	});

	it('of a job that has ended by itself gives its end', async () => {
		const done = task('completed', { result: { video_url: 'https://e.com/v.mp4' } });
		for (const cancel of [{ status: 409 }, { status: 204 }]) {
			const { outcome } = await cancelling(saying(cancel, done));
			expect(outcome).toMatchObject({ ok: true, value: { status: 'completed' } });
		}
	});

	it('that was refused says why', async () => {
		const { outcome } = await cancelling(saying({ status: 403 }, task('processing')));
		expect(outcome).toMatchObject({ ok: false, fault: { httpStatus: 403 } });
	});

	it('finds out first who has a job whose ID does not tell, and cancels it there', async () => {
		const { outcome, calls } = await cancelling(
			({ method, path }) => {
				if (!path.startsWith('/tasks/'))
					return method === 'DELETE' ? { body: {} } : { status: 404 };
				const status = statusAfter(method);
				return { body: { task_id: 'odd-1', status } };
			},
			{ jobId: 'odd-1', model: 'seedance-1.0-pro' },
		);
		expect(outcome).toMatchObject({ ok: true, value: { status: 'cancelled' } });
		expect(calls).toEqual([
			'GET /seedance-1-pro/status/odd-1',
			'GET /tasks/odd-1',
			'DELETE /tasks/odd-1',
			'GET /tasks/odd-1',
		]);
	});

	describe('where the provider cancels only while a job is queued, and erases finished ones', () => {
		const dialect = seedance.dialectsForJob({ jobId: 'task_1' })[0];
		const cancel = { request: dialect.cancel!.request, when: ['queued'] as const };
		const queuedOnly: Who = { ...seedance, dialectsForJob: () => [{ ...dialect, cancel }] };
		const result = { video_url: 'https://e.com/v.mp4' };
		const statusWas = (word: string) => saying({ status: 204 }, task(word, { result }));

		it('a queued job is cancelled', async () => {
			let isGone = false;
			const { outcome, calls } = await cancelling(
				({ method }) => {
					isGone ||= method === 'DELETE';
					return task(isGone ? 'cancelled' : 'queued');
				},
				{},
				queuedOnly,
			);
			expect(outcome).toMatchObject({ ok: true, value: { status: 'cancelled' } });
			expect(calls).toEqual(['GET /tasks/task_1', 'DELETE /tasks/task_1', 'GET /tasks/task_1']);
		});

		it('a running one is left alone, and the user hears that it costs', async () => {
			const { outcome, calls } = await cancelling(statusWas('processing'), {}, queuedOnly);
			expect(outcome).toMatchObject({
				ok: false,
				fault: {
					message: expect.stringContaining('only while it is queued') as string,
					hint: expect.stringContaining('will be charged') as string,
				},
			});
			expect(calls).toEqual(['GET /tasks/task_1']);
		});

		it.each(['completed', 'failed'])('the record of a %s one is never erased', async (word) => {
			const { outcome, calls } = await cancelling(statusWas(word), {}, queuedOnly);
			expect(outcome).toMatchObject({ ok: true, value: { status: word } });
			expect(calls).toEqual(['GET /tasks/task_1']);
		});

		it('a job that ends between two tries keeps its record', async () => {
			const { outcome, calls } = await cancelling(
				({ method }, atMs) => {
					if (method === 'DELETE') return { status: 503 };
					return atMs < 1_000 ? task('queued') : task('completed', { result });
				},
				{},
				queuedOnly,
			);
			expect(outcome).toMatchObject({ ok: true, value: { status: 'completed' } });
			expect(calls).toEqual(['GET /tasks/task_1', 'DELETE /tasks/task_1', 'GET /tasks/task_1']);
		});

		it('nothing is called where the state is not known', async () => {
			const { outcome, calls } = await cancelling(() => ({ status: 503 }), {}, queuedOnly);
			expect(outcome).toMatchObject({ ok: false, fault: { httpStatus: 503 } });
			expect(calls.filter((call) => call.startsWith('DELETE'))).toEqual([]);
		});
	});

	it('is refused where the provider has no way to cancel', async () => {
		const dialect = { ...seedance.dialectsForJob({ jobId: 'task_1' })[0], cancel: undefined };
		const without: Who = { ...seedance, dialectsForJob: () => [dialect] };
		const { outcome, calls } = await cancelling(() => task('processing'), {}, without);
		expect(outcome).toMatchObject({
			ok: false,
			fault: { message: 'Seedance cannot cancel this job' },
		});
		expect(calls.filter((call) => call.startsWith('DELETE'))).toEqual([]);
	});
});

let isCancelled = false;
/** The status of a job that is cancelled by the first DELETE. */
function statusAfter(method: string): string {
	isCancelled ||= method === 'DELETE';
	return isCancelled ? 'cancelled' : 'processing';
}
