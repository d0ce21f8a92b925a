import { success, type Outcome } from '../../nodes/Seedance/core/fault';
import { newJob, type Job, type JobReading } from '../../nodes/Seedance/core/job';
import {
	orKnown,
	readJob,
	untilKnown,
	waitForJob,
} from '../../nodes/Seedance/runtime/wait/waitForJob';
import {
	oneByOne,
	refuses,
	says,
	scriptedSession,
	silence,
	type Script,
} from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const job: Job = { ...newJob('task_1', 'scripted'), creditsEstimated: 243, metadata: { sku: 'A' } };
const notFound = refuses({ message: 'Unknown job', httpStatus: 404 });
const done = says({ status: 'completed', videoUrl: 'https://e.com/v.mp4', creditsCharged: 243 });
const MINUTES = 60_000;

async function waiting(script: Script, minutes = 20, clock = new VirtualClock(0), from = job) {
	const session = scriptedSession(clock, script);
	const outcome = await waitForJob(session, from, {
		deadline: clock.now() + minutes * MINUTES,
	});
	const { asked } = session;
	return { outcome, endedAt: clock.now(), asked, times: asked.map(({ atMs }) => atMs) };
}
/** The job is done from this moment on; before it, the provider says something else. */
const doneAt =
	(ms: number, before: Outcome<JobReading> = says({})): Script =>
	({ atMs }) =>
		atMs >= ms ? done : before;

describe('waitForJob', () => {
	it('asks with the reference that the job has, or has got from a reply', async () => {
		const { asked } = await waiting(
			oneByOne(says({}), says({ reference: { app: 'fast' } }), done),
			20,
			new VirtualClock(0),
			{ ...job, reference: { app: 'new' } },
		);
		expect(asked.map(({ input }) => input)).toMatchObject([
			{ jobId: 'task_1', reference: { app: 'new' } },
			{ jobId: 'task_1', reference: { app: 'new' } },
			{ jobId: 'task_1', reference: { app: 'fast' } },
		]);
	});

	it('asks until the job is settled, and keeps what was known of it', async () => {
		const { outcome } = await waiting(doneAt(90_000));
		expect(outcome).toMatchObject({
			ok: true,
			value: {
				status: 'completed',
				creditsCharged: 243,
				creditsEstimated: 243,
				metadata: { sku: 'A' },
			},
		});
	});

	it.each(['completed', 'failed', 'cancelled'] as const)(
		'ends when the job is %s',
		async (status) => {
			const { outcome, times } = await waiting(oneByOne(says({ status })));
			expect(outcome).toMatchObject({ ok: true, value: { status } });
			expect(times).toHaveLength(1);
		},
	);

	it('lets no question wait for a place among the requests beyond the deadline', async () => {
		const deadlineMs = 3 * MINUTES;
		const { outcome, asked } = await waiting(oneByOne(says({})), 3);
		expect(outcome).toMatchObject({ ok: true, value: { status: 'timed_out' } });
		expect(asked.length).toBeGreaterThan(2);
		// The last one is asked at the deadline itself and has two seconds for it.
		for (const { atMs, untilMs } of asked) {
			expect(untilMs).toBe(Math.max(deadlineMs, atMs + 2_000));
		}
		expect(asked.at(-1)!.atMs).toBe(deadlineMs);
	});

	it('does not ask at all when the submit was answered with a finished job', async () => {
		const finished: Job = { ...job, status: 'completed' };
		const { outcome, times } = await waiting(oneByOne(done), 20, new VirtualClock(0), finished);
		expect([outcome, times]).toEqual([{ ok: true, value: finished }, []]);
	});

	it.each([30_000, 60_000, 120_000, 300_000])(
		'finds a video of %i ms soon, with few questions where there are plenty of them',
		async (ms) => {
			for (const estimatedSeconds of [null, 30, 120, 300]) {
				const from = { ...job, estimatedSeconds };
				const { endedAt, times } = await waiting(doneAt(ms), 20, new VirtualClock(0), from);
				expect(endedAt - ms).toBeGreaterThanOrEqual(0);
				// A guess that is ten times too long is found out by the first question only.
				const guessMs = (estimatedSeconds ?? 60) * 1_000;
				expect(endedAt - ms).toBeLessThanOrEqual(Math.max(30_000, 0.9 * guessMs - ms));
				expect(times.length).toBeLessThanOrEqual(60);
			}
		},
	);

	it('gives the job back as timed out at its deadline, with all it knows', async () => {
		const { outcome, endedAt, times } = await waiting(oneByOne(says({ progress: 65 })), 5);
		expect(endedAt).toBe(5 * MINUTES);
		expect(times.at(-1)).toBe(5 * MINUTES);
		expect(outcome).toEqual({ ok: true, value: { ...job, status: 'timed_out', progress: 65 } });
	});

	it('trap 10: waits for an unknown status until the deadline, and says which word it was', async () => {
		const odd = says({ unknownStatus: 'pondering', progress: 100 });
		const { outcome, endedAt } = await waiting(oneByOne(odd), 2);
		expect(endedAt).toBe(2 * MINUTES);
		expect(outcome).toMatchObject({
			value: {
				status: 'timed_out',
				failure: {
					code: 'unknown_status',
					message: expect.stringContaining('"pondering"') as string,
				},
			},
		});
	});

	it('goes on after passing faults, however many', async () => {
		const { outcome } = await waiting(doneAt(300_000, silence));
		expect(outcome).toMatchObject({ ok: true, value: { status: 'completed', failure: null } });
	});

	it('says at the deadline why it could not ask', async () => {
		const { outcome } = await waiting(oneByOne(says({ progress: 10 }), silence), 2);
		expect(outcome).toMatchObject({
			ok: true,
			value: {
				status: 'timed_out',
				progress: 10,
				failure: { code: 'unreachable', message: 'No answer' },
			},
		});
	});

	it.each([400, 401, 403])('ends at HTTP %i, which will not pass', async (httpStatus) => {
		const { outcome, times } = await waiting(oneByOne(says({}), refuses({ httpStatus })));
		expect(outcome).toMatchObject({ ok: false, fault: { httpStatus } });
		expect(times).toHaveLength(2);
	});

	it('takes an early 404 for a provider that is not up to date yet', async () => {
		const { outcome } = await waiting(doneAt(20_000, notFound));
		expect(outcome).toMatchObject({ ok: true, value: { status: 'completed' } });
	});

	it('takes a later 404 for an answer', async () => {
		const { outcome, endedAt, times } = await waiting(oneByOne(notFound));
		expect(outcome).toMatchObject({ ok: false, fault: { message: 'Unknown job' } });
		// A while after the first usual question, however late that comes; the early one before it does not count.
		expect(endedAt - times[1]!).toBeGreaterThanOrEqual(30_000);
		expect(endedAt - times[1]!).toBeLessThan(45_000);
		expect(times.length).toBeLessThanOrEqual(18);
	});

	it('gives the job back as timed out when it is stopped asleep', async () => {
		const clock = new VirtualClock(0);
		clock.stopIn(100_000);
		const { outcome, endedAt } = await waiting(oneByOne(says({ progress: 40 })), 20, clock);
		expect(endedAt).toBe(100_000);
		expect(outcome).toEqual({ ok: true, value: { ...job, status: 'timed_out', progress: 40 } });
	});

	it('gives it back as timed out when it is stopped while it asks', async () => {
		const clock = new VirtualClock(0);
		const script: Script = (_, index) => {
			if (index === 0) return says({ progress: 40 });
			clock.stopIn(0);
			return refuses({ message: 'The execution was stopped', code: 'stopped' });
		};
		const { outcome } = await waiting(script, 20, clock);
		expect(outcome).toEqual({ ok: true, value: { ...job, status: 'timed_out', progress: 40 } });
	});
});

describe('readJob', () => {
	const reading = async (script: Script) => {
		const session = scriptedSession(new VirtualClock(0), script);
		const outcome = await readJob(session, job);
		return { outcome, times: session.asked.map(({ atMs }) => atMs) };
	};

	it('asks once', async () => {
		const { outcome, times } = await reading(oneByOne(says({ progress: 5 })));
		expect([outcome, times]).toEqual([
			{ ok: true, value: { ...job, status: 'processing', progress: 5 } },
			[0],
		]);
	});

	it('asks three times when the fault may pass', async () => {
		expect((await reading(oneByOne(silence))).times).toEqual([0, 1_000, 3_000]);
		expect((await reading(oneByOne(silence, silence, done))).outcome).toMatchObject({ ok: true });
	});

	it('does not ask again when it will not', async () => {
		expect((await reading(oneByOne(notFound, done))).times).toEqual([0]);
	});
});

describe('untilKnown', () => {
	const start = Date.UTC(2026, 0, 1);
	const createdAt = new Date(start - 5_000).toISOString();
	async function asking(script: Script, from: Job, takenAt = NaN, submitted = false) {
		const session = scriptedSession(new VirtualClock(start), script);
		if (submitted) session.account.newJobs.add(from.jobId, start);
		const outcome = await untilKnown(session, from, () => readJob(session, from), takenAt);
		return { ok: outcome.ok, times: session.asked.map(({ atMs }) => atMs) };
	}

	it.each<[string, Job, number, boolean]>([
		['by its own word', { ...job, createdAt }, NaN, false],
		['because this process has submitted it', job, NaN, true],
		['as far as anybody knows', job, start, false],
	])('asks again for a job that is new %s', async (_, from, takenAt, submitted) => {
		const found = await asking(oneByOne(notFound, notFound, says({})), from, takenAt, submitted);
		expect(found).toEqual({ ok: true, times: [0, 1_000, 3_000] });
	});

	it('gives a new job up when it has become an old one', async () => {
		const found = await asking(oneByOne(notFound), { ...job, createdAt });
		expect(found).toEqual({ ok: false, times: [0, 1_000, 3_000, 7_000, 15_000, 31_000] });
	});

	it.each<[string, Job]>([
		['an old job', { ...job, createdAt: new Date(start - 31_000).toISOString() }],
		['a job of unknown age', job],
		['a job whose time cannot be read', { ...job, createdAt: 'yesterday' }],
	])('believes the first answer about %s', async (_, from) => {
		expect(await asking(oneByOne(notFound), from)).toEqual({ ok: false, times: [0] });
	});

	it('hands on every other refusal', async () => {
		const refused = await asking(oneByOne(refuses({ httpStatus: 401 })), { ...job, createdAt });
		expect(refused).toEqual({ ok: false, times: [0] });
	});
});

describe('orKnown', () => {
	it('goes on with what is known after a fault that may pass', () => {
		const known = { ...job, status: 'timed_out', progress: 30 } as const;
		const asked = silence as Outcome<Job> & { ok: false };
		expect(orKnown(asked, known)).toEqual({ ok: true, value: { ...known, status: 'processing' } });
	});

	it('hands on an answer and a lasting fault', () => {
		const answer = { ok: true, value: job } as const;
		const lasting = notFound as Outcome<Job> & { ok: false };
		expect(orKnown(answer, job)).toBe(answer);
		expect(orKnown(lasting, job)).toBe(lasting);
	});
});

describe('a provider with an archive', () => {
	const endpoint = {
		request: () => ({ method: 'GET', path: '/' }) as const,
		response: () => undefined,
	};

	async function reading(script: Script, isNew = false) {
		const clock = new VirtualClock(0);
		const session = scriptedSession(clock, script);
		session.provider.archive = endpoint;
		if (isNew) session.account.newJobs.add(job.jobId, clock.now());
		return { outcome: await readJob(session, job), asked: session.asked.length };
	}

	it('is asked for a job that is not known any more', async () => {
		const { outcome, asked } = await reading(oneByOne(notFound, done));
		expect(outcome).toMatchObject({
			ok: true,
			value: { status: 'completed', creditsCharged: 243 },
		});
		expect(asked).toBe(2);
	});

	it('may not know the job either', async () => {
		for (const nothing of [success(undefined) as never, refuses({ httpStatus: 403 })]) {
			const { outcome } = await reading(oneByOne(notFound, nothing));
			expect(outcome).toMatchObject({ ok: false, fault: { httpStatus: 404 } });
		}
	});

	it('is not asked for a new job, nor after another fault, nor for a job that is known', async () => {
		expect(await reading(oneByOne(notFound, done), true)).toMatchObject({ asked: 1 });
		const refused = oneByOne(refuses({ httpStatus: 401 }), done);
		expect(await reading(refused)).toMatchObject({ asked: 1 });
		expect(await reading(oneByOne(done))).toMatchObject({ asked: 1 });
	});
});

describe('a job whose result has more', () => {
	const failed = (message: string, more: Partial<JobReading> = {}) =>
		says({ status: 'failed', failure: { code: 'x', message }, ...more });
	const vague = failed('Invalid status code', { reasonInResult: true });

	async function reading(script: Script) {
		const session = scriptedSession(new VirtualClock(0), script);
		const [dialect] = session.provider.dialectsForJob(job);
		dialect.result = { ...dialect.status };
		return { outcome: await readJob(session, job), asked: session.asked.length };
	}

	it('is asked for the reason', async () => {
		const { outcome } = await reading(oneByOne(vague, failed('The prompt is too long')));
		expect(outcome).toMatchObject({ value: { failure: { message: 'The prompt is too long' } } });
	});

	it('has failed also where the result cannot be had', async () => {
		const { outcome } = await reading(oneByOne(vague, refuses({ httpStatus: 401 })));
		expect(outcome).toMatchObject({ ok: true, value: { status: 'failed' } });
	});

	it('is not asked where the reason is known', async () => {
		expect(await reading(oneByOne(failed('No'), done))).toMatchObject({ asked: 1 });
	});
});
