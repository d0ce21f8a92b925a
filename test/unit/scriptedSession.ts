import { failure, success, type Fault, type Outcome } from '../../nodes/Seedance/core/fault';
import type { JobReading } from '../../nodes/Seedance/core/job';
import type {
	BatchEntry,
	Dialect,
	LostSubmission,
	Provider,
} from '../../nodes/Seedance/core/provider';
import { accountOf } from '../../nodes/Seedance/runtime/limits/account';
import type { Session } from '../../nodes/Seedance/runtime/api/session';
import { Semaphore } from '../../nodes/Seedance/runtime/limits/semaphore';
import type { VirtualClock } from './virtualClock.ts';

/** One call that a session was asked for. */
export interface Asked {
	what: 'generate' | 'batch' | 'status' | 'recent';
	/** Milliseconds since the session began. */
	atMs: number;
	/** Until when it may find a place among the account's requests; as `atMs`. */
	untilMs?: number;
	input: unknown;
}
/** The answer; to a batch, one entry for each of its items. */
export type Script = (
	asked: Asked,
	index: number,
) => Outcome<JobReading | BatchEntry[] | JobReading[]>;

const limits = { requestsPerMinute: 1e6, maxConcurrentJobs: 1e6 };

interface ScriptedDialect {
	idempotent?: boolean;
	/** How many items the provider takes in one call; without it, it takes no batches. */
	batch?: number;
	/** The jobs of a list that may come from a submission. Without it, the provider has no list. */
	recent?: (jobs: JobReading[], submission: LostSubmission) => JobReading[];
}

/** A session whose provider answers as the script says, at once; it keeps what it was asked. */
export function scriptedSession(
	clock: VirtualClock,
	script: Script,
	{ idempotent = true, batch, recent }: ScriptedDialect = {},
): Session & { asked: Asked[]; noted: string[] } {
	const asked: Asked[] = [];
	const noted: string[] = [];
	const start = clock.now();
	const never = () => {
		throw new Error('Only the session itself asks');
	};
	const dialect: Dialect = {
		...(idempotent ? { idempotent: true } : {}),
		generate: { request: never, response: never },
		status: { request: never, response: never },
		...(recent
			? {
					recent: {
						request: never,
						response: (body, submission) => recent(body as JobReading[], submission),
					},
				}
			: {}),
		...(batch ? { batch: { request: never, response: never, maxRequests: batch } } : {}),
	};
	const provider: Provider = {
		id: 'scripted',
		name: 'Scripted',
		credential: 'scriptedApi',
		hosts: {},
		authentication: () => ({}),
		limits,
		models: [],
		dialects: [dialect],
		dialectForRequest: () => dialect,
		dialectsForJob: () => [dialect],
		fault: () => ({}),
	};
	const whatIs = (endpoint: unknown): Asked['what'] => {
		if (endpoint === dialect.recent) return 'recent';
		return endpoint === dialect.generate
			? 'generate'
			: endpoint === dialect.batch
				? 'batch'
				: 'status';
	};
	const account = accountOf('https://scripted.example', `key ${Math.random()}`, limits);
	const session: Session & { asked: Asked[]; noted: string[] } = {
		provider,
		settings: { apiKey: 'key', baseUrl: '', hosts: {}, webhookSecret: '', ...limits },
		account,
		clock,
		signal: clock.signal,
		downloads: new Semaphore(4),
		noteJob: (jobId) => void noted.push(jobId),
		noteSubmit: () => undefined,
		noted,
		asked,
		call: (_, endpoint, input, { until, onSend } = {}) => {
			const what = whatIs(endpoint);
			const untilMs = until === undefined ? undefined : until - start;
			const entry: Asked = { what, atMs: clock.now() - start, untilMs, input };
			asked.push(entry);
			onSend?.();
			// The only type that the endpoints above can give.
			return Promise.resolve(script(entry, asked.length - 1) as Outcome<never>);
		},
		putFile: () => Promise.reject(new Error('No upload is scripted')),
		fetchFile: () => Promise.reject(new Error('No file is scripted')),
		get toTheEnd() {
			return session;
		},
	};
	return session;
}

/** Plays these outcomes one after the other, the last one again and again. */
export const oneByOne =
	(...outcomes: Array<Outcome<JobReading>>): Script =>
	(_, index) =>
		outcomes[Math.min(index, outcomes.length - 1)]!;

export const says = (reading: Partial<JobReading>): Outcome<JobReading> =>
	success({ jobId: 'task_1', status: 'processing', ...reading });

export const refuses = (fault: Partial<Fault>): Outcome<JobReading> =>
	failure({ message: 'No', transient: false, ambiguous: false, ...fault });

/** A time-out: the provider may have begun the job. */
export const silence = refuses({ message: 'No answer', transient: true, ambiguous: true });
