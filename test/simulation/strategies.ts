// Strategies for making many videos, each with the same simulated provider.
import type * as ItemRunModule from '../../nodes/Seedance/runtime/items/run';
import type { ItemResult } from '../../nodes/Seedance/runtime/items/result';
import type * as MakeJobsModule from '../../nodes/Seedance/runtime/submit/generateItems';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import type * as ProvidersModule from '../../nodes/Seedance/providers';
import type * as SessionModule from '../../nodes/Seedance/runtime/api/session';
import type { VirtualClock } from '../unit/virtualClock.ts';
import type { SimulatedProvider } from './provider.ts';

/** Our code, from the sources (unit tests) or as published (benchmarks). */
export type OurCode = Pick<typeof ItemRunModule, 'ItemRun'> &
	Pick<typeof MakeJobsModule, 'generateItems'> &
	Pick<typeof SessionModule, 'openSession'> &
	Pick<typeof ProvidersModule, 'providerById'>;

export interface Made {
	results: ItemResult[];
	/** From the start to the last result, in milliseconds. */
	tookMs: number;
}

export interface HowMany {
	jobs: number;
	timeoutMinutes?: number;
	/** Whether the run returns the jobs at once. */
	returnsAtOnce?: boolean;
	/**
	 * Whether all jobs have already been submitted, as after a batch or a run that did not wait. Jobs beyond the
	 * concurrency limit are queued.
	 */
	submittedBefore?: boolean;
	/** When the user stops the run, in milliseconds. */
	stopInMs?: number;
	/** The option of the node that lowers the credential's limit. */
	maxConcurrentJobs?: number;
	/** Values that differ in the credential. */
	credential?: Record<string, unknown>;
}

/** Generate Video, by default with "Wait Until It Is Ready": everything after the parameters have been read. */
export async function generateAndWait(
	code: OurCode,
	clock: VirtualClock,
	provider: SimulatedProvider,
	how: HowMany,
): Promise<Made> {
	const { jobs, timeoutMinutes = 20, stopInMs = Infinity, credential } = how;
	const { submittedBefore = false, returnsAtOnce = false, maxConcurrentJobs } = how;
	const run = new code.ItemRun(false);
	const caller = provider.caller(credential);
	const seedance = code.providerById('seedance');
	const opened = await code.openSession(caller, seedance, {
		halt: AbortSignal.any([run.halted, clock.signalIn(stopInMs)]),
		clock,
	});
	if (!opened.ok) throw new Error(opened.fault.message);
	const session = opened.value;
	const submitted = new Map<string, unknown>();
	const context = {
		ctx: caller,
		session,
		plan: {
			afterSubmit: returnsAtOnce ? 'return' : 'wait',
			submitAs: submittedBefore ? 'batch' : 'jobs',
			requestMode: 'async',
			shots: [],
			maxConcurrentJobs: maxConcurrentJobs ?? session.settings.maxConcurrentJobs,
		},
		memory: {
			of: (key: string) => {
				const job = submitted.get(key);
				return job ? { execution: '1', job: job as never } : undefined;
			},
			startedOf: (key: string) => (submitted.has(key) ? 'yes' : undefined),
			isEmpty: () => submitted.size === 0,
			note: (key: string, { job }: { job?: unknown }) => void submitted.set(key, job),
			forget: () => undefined,
			openBatches: () => [],
			noteBatch: () => undefined,
			closeBatch: () => undefined,
			inTurn: async <T>(_: string, work: () => Promise<T>) => await work(),
		},
		finished: { find: () => undefined, keep: () => undefined, drop: () => undefined },
		byKey: { find: () => undefined, keep: () => undefined, drop: () => undefined },
	} satisfies Parameters<OurCode['generateItems']>[0];
	const orders = Array.from({ length: jobs }, (_, itemIndex) => ({
		ok: true as const,
		value: orderOf(itemIndex, timeoutMinutes * 60_000),
	}));
	if (submittedBefore) {
		for (const { value } of orders) submitted.set(value.memoryKey, queuedJob(provider));
	}
	const startedAt = clock.now();
	await code.generateItems(context, run, orders, new Map());
	return { results: run.results, tookMs: clock.now() - startedAt };
}

/** The job as it was stored after its submit. */
function queuedJob(provider: SimulatedProvider) {
	const { id, createdAt } = provider.take();
	return {
		jobId: id,
		provider: 'seedance',
		model: 'seedance-2.0',
		status: 'queued',
		progress: null,
		estimatedSeconds: provider.estimateSeconds ?? null,
		createdAt: new Date(createdAt).toISOString(),
	};
}

const orderOf = (itemIndex: number, timeoutMs: number): GenerateItem => ({
	itemIndex,
	request: {
		model: 'seedance-2.0',
		mode: 'textToVideo',
		prompt: `Video ${itemIndex}`,
		duration: 4,
	},
	creditsEstimated: 243,
	costUsdEstimated: 2.43,
	memoryKey: `0/${itemIndex}`,
	idempotencyKey: `item ${itemIndex}`,
	isShared: false,
	settings: 'settings',
	timeoutMs,
	onJobFailure: 'return',
	downloadVideo: false,
	binaryField: 'video',
});

/**
 * The providers' sample code, and the behaviour of comparable nodes: submit, poll every 5 s until it is done, then the
 * next.
 */
export async function oneAfterTheOther(
	clock: VirtualClock,
	provider: SimulatedProvider,
	jobs: number,
): Promise<number> {
	const startedAt = clock.now();
	for (let n = 0; n < jobs; n += 1) await submitAndPoll(clock, provider);
	return clock.now() - startedAt;
}

/** The same with several workers: the best that a user can build with a loop and a Wait node. */
export async function inLanes(
	clock: VirtualClock,
	provider: SimulatedProvider,
	jobs: number,
	lanes: number,
): Promise<number> {
	const startedAt = clock.now();
	let left = jobs;
	const lane = async () => {
		while (left > 0) {
			left -= 1;
			await submitAndPoll(clock, provider);
		}
	};
	await Promise.all(Array.from({ length: lanes }, lane));
	return clock.now() - startedAt;
}

const POLL_MS = 5_000;

async function submitAndPoll(clock: VirtualClock, provider: SimulatedProvider): Promise<void> {
	const receipt = await patiently(clock, () => provider.answer('POST', '/generate/text-to-video'));
	const { task_id: id } = JSON.parse(receipt.body) as { task_id: string };
	for (;;) {
		await clock.sleep(POLL_MS);
		const answer = await patiently(clock, () => provider.answer('GET', `/tasks/${id}`));
		if ((JSON.parse(answer.body) as { status: string }).status === 'completed') return;
	}
}

/** Even the simplest sample code waits after a 429. */
async function patiently<T extends { statusCode: number }>(
	clock: VirtualClock,
	ask: () => Promise<T>,
): Promise<T> {
	for (;;) {
		const answer = await ask();
		if (answer.statusCode !== 429) return answer;
		await clock.sleep(60_000);
	}
}
