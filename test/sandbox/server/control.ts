import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Core } from '../core/core.ts';
import { resetCore } from '../core/core.ts';
import { isSettled, summaryOf } from '../core/job.ts';
import type { Job } from '../core/job.ts';
import type { FaultSpec, JobSummary } from '../types.ts';
import { readable } from './record.ts';

const ROOT = '/_sandbox';

export const isControl = (url: string): boolean => url === ROOT || url.startsWith(`${ROOT}/`);

export const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** Ends a job now, as completed (default), failed or cancelled. Throws if the job does not exist or has settled. */
export function finishJob(
	core: Core,
	jobId: string,
	outcome: 'completed' | 'failed' | 'cancelled' = 'completed',
): void {
	const job = jobNamed(core, jobId);
	if (isSettled(job)) throw new Error(`The job ${jobId} is already ${job.state}`);
	core.board.settle(job, outcome);
}

/** Expires a job's URL, or all URLs, early. */
export function expireUrls(core: Core, jobId?: string): void {
	const jobs = jobId === undefined ? core.board.list() : [jobNamed(core, jobId)];
	for (const job of jobs) job.urlExpired = true;
}

export const jobSummaries = (core: Core): JobSummary[] => core.board.list().map(summaryOf);

function jobNamed(core: Core, jobId: string): Job {
	const job = core.board.find(jobId);
	if (!job) throw new Error(`The sandbox has no job "${jobId}"`);
	return job;
}

const bodyOf = <Output>(
	schema: z.ZodType<Output, z.ZodTypeDef, unknown>,
	request: FastifyRequest,
): Output => schema.parse((Buffer.isBuffer(request.body) ? readable(request.body) : null) ?? {});

const finishSchema = z
	.object({ jobId: z.string(), outcome: z.enum(['completed', 'failed', 'cancelled']).optional() })
	.strict();
const expireSchema = z.object({ jobId: z.string().optional() }).strict();
const creditsSchema = z
	.object({ credits: z.number().min(0), account: z.string().optional() })
	.strict();

/**
 * For tests in other processes. Needs no key, works from this machine only, and is not recorded in the ledger or
 * counted in the rate limit.
 */
export function addControlRoutes(app: FastifyInstance, core: Core): void {
	const post = (path: string, work: (request: FastifyRequest) => unknown) =>
		app.post(`${ROOT}/${path}`, guarded(work));
	const get = (path: string, work: (request: FastifyRequest) => unknown) =>
		app.get(`${ROOT}/${path}`, guarded(work));

	get('ledger', () => core.ledger.snapshot());
	get('events', ({ query }) => {
		const { since } = z.object({ since: z.coerce.number().default(0) }).parse(query);
		return core.events.since(since);
	});
	get('jobs', () => jobSummaries(core));
	get('faults', () => core.faults.list());
	post('faults', (request) => {
		const spec = bodyOf(z.record(z.unknown()), request) as FaultSpec;
		return { id: core.faults.add(spec) };
	});
	app.delete(
		`${ROOT}/faults`,
		guarded(() => core.faults.clear()),
	);
	post('finish', (request) => {
		const { jobId, outcome } = bodyOf(finishSchema, request);
		finishJob(core, jobId, outcome);
	});
	post('expire', (request) => expireUrls(core, bodyOf(expireSchema, request).jobId));
	post('credits', (request) => {
		const { credits, account } = bodyOf(creditsSchema, request);
		core.accounts.named(account).credits = credits;
	});
	post('reset', () => resetCore(core));
}

/** Answers with the result of `work`, with `{ok: true}` for no result, and with 400 and the reason if it throws. */
const guarded =
	(work: (request: FastifyRequest) => unknown) =>
	async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
		if (!LOOPBACK.includes(request.ip))
			return reply.code(403).send({ error: 'From this machine only' });
		try {
			return await reply.send(work(request) ?? { ok: true });
		} catch (thrown) {
			const error = thrown instanceof Error ? thrown.message : String(thrown);
			return reply.code(400).send({ error });
		}
	};
