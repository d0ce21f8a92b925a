import { createHash } from 'node:crypto';
import type { IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, success, type Fault, type Outcome, type Success } from '../core/fault';
import { newJob, updateJob, withRaw, type Job, type JobReading } from '../core/job';
import type { Dialect } from '../core/provider';
import type { ImageFile, MediaRequest } from '../core/request';
import { noteDialect } from './jobDialect';
import { BACKOFF_MS, MAX_TRIES, retryPassing } from './retry';
import type { Session } from './session';

/** One item, checked and ready to be sent. */
export interface Order {
	itemIndex: number;
	request: MediaRequest;
	creditsEstimated: number | null;
	/** Fetches the image file, so that only those under way are in memory. */
	loadImage?: () => Promise<Outcome<ImageFile>>;
	/** The same for every try of this item in this execution. */
	idempotencyKey: string;
	/** How long a 429 is waited out, and later the video, in milliseconds. */
	timeoutMs: number;
}

/** What this node has submitted in this execution. Lives in n8n's node context, so it survives Retry On Fail. */
export interface SubmitMemory {
	recall(key: string): Job | undefined;
	remember(key: string, job: Job): void;
	/** The fault of a submit that may have started a job, and that must therefore not be repeated. */
	doubtOf(key: string): Fault | undefined;
	doubt(key: string, fault: Fault): void;
	/** The file of a job that cannot be fetched a second time. */
	fileOf(key: string): IBinaryKeyData | undefined;
	keepFile(key: string, file: IBinaryKeyData): void;
}

export function submitMemory(context: IDataObject): SubmitMemory {
	const jobs = (context.submittedJobs ??= {}) as Record<string, Job>;
	const doubts = (context.doubtfulSubmits ??= {}) as unknown as Record<string, Fault>;
	const files = (context.keptFiles ??= {}) as unknown as Record<string, IBinaryKeyData>;
	return {
		recall: (key) => jobs[key],
		remember: (key, job) => {
			jobs[key] = job;
		},
		doubtOf: (key) => doubts[key],
		doubt: (key, fault) => {
			doubts[key] = fault;
		},
		fileOf: (key) => files[key],
		keepFile: (key, file) => {
			files[key] = file;
		},
	};
}

/**
 * Names this run of this node in this execution. The instance and the workflow are in it because execution numbers start
 * at 1 in every n8n.
 */
export function runKeyOf(ctx: IExecuteFunctions): string {
	return JSON.stringify([
		ctx.getInstanceId(),
		ctx.getWorkflow().id,
		ctx.getExecutionId(),
		ctx.getNode().id,
		ctx.evaluateExpression('{{ $runIndex }}', 0),
	]);
}

/**
 * An idempotency key. By default it names one item of a run whatever its content: a second try is the same job even if an
 * expression such as `$now` has changed the prompt since.
 */
export function keyOf(parts: readonly unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/** Submits an item, once: what this execution has submitted before is taken up again instead. */
export async function submit(
	session: Session,
	memory: SubmitMemory,
	order: Order,
): Promise<Outcome<Job>> {
	const before = memory.recall(order.idempotencyKey);
	if (before) return success(before);
	const doubt = memory.doubtOf(order.idempotencyKey);
	if (doubt) return failure(doubt);
	const { provider } = session;
	const dialect = provider.dialectFor(order.request);
	const prepared = await prepare(session, dialect, order);
	if (!prepared.ok) return prepared;
	const submission = { ...order, request: prepared.value };
	const idempotent = dialect.idempotent === true;
	const call = (until: number) => session.call(dialect.generate, submission, until);
	const reading = await callOnce(session, call, { ...order, idempotent });
	if (!reading.ok) {
		noteDoubt(memory, [order], reading.fault, idempotent);
		return reading;
	}
	const job = submittedJob(provider.id, order, reading);
	memory.remember(order.idempotencyKey, job);
	session.noteJob(job.jobId, order.itemIndex);
	noteDialect(session, job.jobId, dialect);
	return success(job);
}

/** Without an idempotency key, "Retry On Fail" must not send again what may have started a job. */
export function noteDoubt(
	memory: SubmitMemory,
	orders: ReadonlyArray<Pick<Order, 'idempotencyKey'>>,
	fault: Fault,
	idempotent: boolean,
): void {
	if (idempotent || !fault.ambiguous) return;
	for (const { idempotencyKey } of orders) memory.doubt(idempotencyKey, fault);
}

/** The job as it stands after its submit. */
export function submittedJob(
	providerId: string,
	{ request, creditsEstimated }: Order,
	{ value, raw }: Success<JobReading>,
): Job {
	const { metadata = null, model } = request;
	const known = { ...newJob(value.jobId, providerId), model, metadata, creditsEstimated };
	return withRaw(updateJob(known, value), raw);
}

/**
 * A call that spends: tried again only where that cannot pay twice. A 429 is waited out until the time is up; an unclear
 * answer is asked for again with the same idempotency key, or not at all; then the fault says that a job may have started.
 */
export async function callOnce<Out>(
	{ clock }: Session,
	call: (until: number) => Promise<Outcome<Out>>,
	{ timeoutMs, idempotent }: { timeoutMs: number; idempotent: boolean },
): Promise<Outcome<Out>> {
	const deadline = clock.now() + timeoutMs;
	let mayHaveStarted = false;
	for (let tries = 1; ; ) {
		const outcome = await call(deadline);
		if (outcome.ok) return outcome;
		const { fault } = outcome;
		mayHaveStarted ||= fault.ambiguous;
		const pauseMs = pauseBeforeRetry(fault, tries, idempotent);
		const inTime = pauseMs !== undefined && clock.now() + pauseMs < deadline;
		if (!inTime || !(await clock.sleep(pauseMs))) {
			return failure(mayHaveStarted ? warnOfStart(fault) : fault);
		}
		if (fault.httpStatus !== 429) tries += 1;
	}
}

/** Brings the image file into the form that the dialect wants: along with the request, or uploaded before. */
export async function prepare(
	session: Session,
	{ upload }: Dialect,
	{ request, loadImage }: Order,
): Promise<Outcome<MediaRequest>> {
	if (!loadImage) return success(request);
	const image = await loadImage();
	if (!image.ok) return image;
	if (!upload) return success({ ...request, imageFile: image.value });
	const uploaded = await retryPassing(session.clock, () => session.call(upload, image.value));
	if (uploaded.ok) return success({ ...request, imageUrl: uploaded.value });
	// An upload makes no job.
	return failure({ ...uploaded.fault, ambiguous: false });
}

/** @returns milliseconds, or undefined where another try is useless or could pay twice */
function pauseBeforeRetry(fault: Fault, tries: number, idempotent: boolean): number | undefined {
	if (fault.httpStatus === 429) return Math.max(fault.retryAfterMs ?? 0, BACKOFF_MS);
	const safe = fault.transient && (!fault.ambiguous || idempotent);
	return safe && tries < MAX_TRIES ? BACKOFF_MS * 2 ** (tries - 1) : undefined;
}

function warnOfStart(fault: Fault): Fault {
	return {
		...fault,
		ambiguous: true,
		message: `${fault.message}. The job may have started all the same, without an ID that we know of`,
		hint: `Look at your account at the provider before you run this item again. ${fault.hint ?? ''}`.trim(),
	};
}
