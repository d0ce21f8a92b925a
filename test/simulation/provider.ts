// The unified API of seedance.it.com in simulated time: a thousand videos in a second. It replaces n8n's request
// helper, so all of our code above that runs unchanged.
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { VirtualClock } from '../unit/virtualClock.ts';
import { arriving } from './arriving.ts';

const MINUTE_MS = 60_000;

export interface SimulationOptions {
	clock: VirtualClock;
	/** The number of concurrent jobs; the others are queued, first come first served. */
	atOnce: number;
	requestsPerMinute: number;
	/** The processing time of the job with this number, in seconds. */
	secondsOf: (ordinal: number) => number;
	/** The estimate in the answer to a submit; missing if undefined. */
	estimateSeconds?: number;
	/** Whether status answers contain the progress. */
	tellsProgress?: boolean;
	/** The duration of a request in milliseconds, half of it before it arrives. */
	latencyMs?: number;
	/** Refuses a submit with 429 while the maximum number of jobs is running, instead of queueing it. */
	refusesMoreJobs?: boolean;
	/** Whether refused requests count in the rate limit; true by default. */
	countsRefused?: boolean;
	/** Answers instead of the provider if it returns something. */
	misbehave?: (request: SimulatedRequest) => Answer | undefined;
}

export interface SimulatedRequest {
	kind: 'submit' | 'status';
	at: number;
	/** The number of earlier requests. */
	ordinal: number;
	jobId?: string;
	refused?: boolean;
}
export interface Answer {
	statusCode: number;
	headers?: Record<string, string>;
	body?: unknown;
}

interface SimulatedJob {
	id: string;
	createdAt: number;
	startsAt: number;
	endsAt: number;
	/** When a status answer first reported it. */
	noticedAt?: number;
	statusCalls: number;
}

/** Each caller has its own key, and so its own account in our process. */
let keys = 0;

export class SimulatedProvider {
	readonly requests: SimulatedRequest[] = [];
	readonly jobs: SimulatedJob[] = [];
	refused = 0;
	private readonly options: SimulationOptions;
	/** When each of the job slots is free again. */
	private readonly slots: number[];

	constructor(options: SimulationOptions) {
		this.options = options;
		this.slots = Array.from({ length: options.atOnce }, () => 0);
	}

	get estimateSeconds(): number | undefined {
		return this.options.estimateSeconds;
	}

	/** A node of n8n, as far as a session uses it. */
	caller(credential: Record<string, unknown> = {}): IExecuteFunctions {
		const { atOnce, requestsPerMinute } = this.options;
		const limits = { requestsPerMinute, maxConcurrentJobs: atOnce };
		const baseUrl = 'https://simulated.example/v1';
		keys += 1;
		const settings = { apiKey: `key ${keys}`, baseUrl, ...limits, ...credential };
		const caller = {
			getCredentials: () => Promise.resolve(settings),
			getNode: () => ({ credentials: {} }),
			getExecutionCancelSignal: () => undefined,
			getExecutionId: () => '1',
			logger: { info: () => undefined, warn: () => undefined },
			helpers: {
				httpRequestWithAuthentication: async (_: string, request: IHttpRequestOptions) => {
					const answer = await this.answer(request.method ?? 'GET', request.url);
					return { ...answer, body: arriving(answer.body) };
				},
			},
		};
		return caller as unknown as IExecuteFunctions;
	}

	/** One request, and its answer with a JSON text, as n8n's helper returns it. */
	async answer(method: string, url: string) {
		const { clock, latencyMs = 0, misbehave } = this.options;
		await clock.sleep(latencyMs / 2);
		const jobId = method === 'GET' ? url.slice(url.lastIndexOf('/') + 1) : undefined;
		const kind = method === 'GET' ? 'status' : 'submit';
		const request: SimulatedRequest = {
			kind,
			at: clock.now(),
			ordinal: this.requests.length,
			...(jobId === undefined ? {} : { jobId }),
		};
		const isAllowed = this.inLastMinute() < this.options.requestsPerMinute && this.hasPlace(kind);
		this.requests.push(request);
		if (!isAllowed) {
			this.refused += 1;
			request.refused = true;
		}
		const answer =
			misbehave?.(request) ??
			(isAllowed
				? this.regularAnswer(jobId)
				: { statusCode: 429, headers: { 'retry-after': '60' } });
		await clock.sleep(latencyMs / 2);
		return { headers: {}, ...answer, body: JSON.stringify(answer.body ?? {}) };
	}

	private regularAnswer(jobId: string | undefined): Answer {
		const job = jobId === undefined ? this.take() : this.jobs.find(({ id }) => id === jobId);
		if (!job)
			return { statusCode: 404, body: { error: { code: 'not_found', message: 'No such task' } } };
		return { statusCode: 200, body: jobId === undefined ? this.receipt(job) : this.statusOf(job) };
	}

	/** Accepts a job, like a submit. */
	take(): SimulatedJob {
		const { clock, secondsOf } = this.options;
		const now = clock.now();
		const slot = this.slots.indexOf(Math.min(...this.slots));
		const startsAt = Math.max(now, this.slots[slot] ?? 0);
		const endsAt = startsAt + secondsOf(this.jobs.length) * 1_000;
		this.slots[slot] = endsAt;
		const job = {
			id: `task_${this.jobs.length}`,
			createdAt: now,
			startsAt,
			endsAt,
			statusCalls: 0,
		};
		this.jobs.push(job);
		return job;
	}

	private receipt(job: SimulatedJob) {
		const { estimateSeconds } = this.options;
		return {
			task_id: job.id,
			status: 'queued',
			model: 'seedance-2.0',
			created_at: iso(job.createdAt),
			...(estimateSeconds === undefined ? {} : { estimated_time: estimateSeconds }),
		};
	}

	private statusOf(job: SimulatedJob) {
		const now = this.options.clock.now();
		job.statusCalls += 1;
		const common = { task_id: job.id, created_at: iso(job.createdAt) };
		if (now < job.startsAt) return { ...common, status: 'queued' };
		if (now < job.endsAt) {
			const percent = Math.floor((100 * (now - job.startsAt)) / (job.endsAt - job.startsAt));
			const progress = this.options.tellsProgress ? { progress: percent } : {};
			return { ...common, status: 'processing', ...progress };
		}
		job.noticedAt ??= now;
		const result = { video_url: `https://media.example/${job.id}.mp4` };
		return { ...common, status: 'completed', result, completed_at: iso(job.endsAt) };
	}

	private hasPlace(kind: SimulatedRequest['kind']): boolean {
		const { refusesMoreJobs = false, clock, atOnce } = this.options;
		if (!refusesMoreJobs || kind === 'status') return true;
		return this.jobs.filter(({ endsAt }) => endsAt > clock.now()).length < atOnce;
	}

	private inLastMinute(): number {
		const { clock, countsRefused = true } = this.options;
		const from = clock.now() - MINUTE_MS;
		let count = 0;
		for (let i = this.requests.length - 1; i >= 0 && this.requests[i]!.at > from; i -= 1) {
			if (countsRefused || !this.requests[i]!.refused) count += 1;
		}
		return count;
	}

	/** The maximum number of unfinished jobs (queued or running) at the same time. */
	mostAtOnce(): number {
		const changes = this.jobs.flatMap((job) => [
			{ at: job.createdAt, by: 1 },
			{ at: job.noticedAt ?? Infinity, by: -1 },
		]);
		let [now, most] = [0, 0];
		for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
			now += by;
			most = Math.max(most, now);
		}
		return most;
	}
}

const iso = (ms: number) => new Date(ms).toISOString();
