import { z } from 'zod';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { isSettled, type Job } from '../core/job.ts';
import { FAL_DOLLARS_PER_THOUSAND, FAL_HISTORY_SECONDS } from '../decisions.ts';
import { checkBody } from './body.ts';
import type { Call, Dialect } from './dialect.ts';
import { ENDPOINTS, NAME } from './falInput.ts';
import { outputOf } from './falJob.ts';

/** fal's Platform API [doc]: prices, and the requests of the past. */

export const PLATFORM = '/fal-api/v1';

export function falPlatform(core: Core, keyOf: Dialect['keyOf']): Dialect {
	const at = (path: string) => `${PLATFORM}/models/${path}`;
	const ok = (body: unknown): Answer => ({ status: 200, body });
	return {
		name: 'falPlatform',
		provider: NAME,
		prefixes: [PLATFORM],
		keyOf,
		answerTo,
		routes: [
			{
				method: 'GET',
				path: at('requests/by-endpoint'),
				kind: 'list',
				handle: (call) => ok(history(core, call)),
			},
			{ method: 'GET', path: at('pricing'), kind: 'credits', handle: (call) => ok(prices(call)) },
		],
	};
}

const ERRORS: Record<ProblemKind, [status: number, type: string]> = {
	invalid_request: [400, 'validation_error'],
	not_acceptable: [400, 'validation_error'],
	unauthorized: [401, 'authorization_error'],
	insufficient_credits: [403, 'authorization_error'],
	not_found: [404, 'not_found'],
	already_settled: [400, 'validation_error'],
	idempotency_mismatch: [400, 'validation_error'],
	rate_limited: [429, 'rate_limited'],
	internal: [500, 'server_error'],
};

function answerTo({ kind, message, headers }: Problem): Answer {
	const [status, type] = ERRORS[kind];
	const error = { type, message, docs_url: 'https://fal.ai/docs', request_id: 'none' };
	return { status, body: { error }, headers };
}

/** Separated by commas; up to 50. */
const endpoints = z
	.string()
	.transform((text) => text.split(','))
	.refine((ids) => ids.length <= 50, 'must be at most 50');

const historyQuery = z
	.object({
		endpoint_id: endpoints,
		request_id: z.string().uuid().optional(),
		expand: z.literal('payloads').optional(),
		limit: z.coerce.number().int().min(1).max(100).default(50),
		start: z.string().datetime().optional(),
		end: z.string().datetime().optional(),
		cursor: z.string().optional(),
		status: z.enum(['success', 'error', 'user_error']).optional(),
	})
	.strict();

const iso = (wallMs: number | null) => (wallMs === null ? null : new Date(wallMs).toISOString());

/** [us] Only requests that have ended: the documents sort them by their end. */
function history(core: Core, { account, query }: Call): unknown {
	const { endpoint_id: ids, request_id: id, ...asked } = checkBody(historyQuery, query);
	// [doc] A day, or 90 of them if the ID is given.
	const seconds = id === undefined ? 24 * 3600 : FAL_HISTORY_SECONDS;
	const since = core.clock.now() - core.clock.wallMs(seconds);
	const items = core.board
		.list()
		.filter((job) => job.account === account && job.dialect === NAME && isSettled(job))
		.filter((job) => ids.includes(job.request.model) && job.createdAt >= since)
		.filter((job) => id === undefined || job.id === id)
		.sort((one, other) => (other.settledAt ?? 0) - (one.settledAt ?? 0))
		.slice(0, asked.limit)
		.map((job) => itemOf(core, job, asked.expand === 'payloads'));
	return { items, next_cursor: null, has_more: false };
}

function itemOf(core: Core, job: Job, withPayloads: boolean): unknown {
	const { code, payload } = outputOf(core, job);
	const endedAt = job.settledAt ?? 0;
	return {
		request_id: job.id,
		endpoint_id: job.request.model,
		sent_at: iso(job.createdAt),
		started_at: iso(job.startedAt),
		ended_at: iso(job.settledAt),
		status_code: code,
		duration: (endedAt - (job.startedAt ?? endedAt)) / 1000,
		...(withPayloads ? { json_input: job.request.sent?.body, json_output: payload } : {}),
	};
}

const pricesQuery = z.object({ endpoint_id: endpoints }).strict();

/** [doc] 404 for an unknown ID. */
function prices({ query }: Call): unknown {
	const { endpoint_id: ids } = checkBody(pricesQuery, query);
	const unknown = ids.find((id) => !ENDPOINTS.includes(id));
	if (unknown !== undefined) throw new Problem('not_found', `No endpoint "${unknown}".`);
	return {
		prices: ids.map((id) => ({
			endpoint_id: id,
			unit_price: FAL_DOLLARS_PER_THOUSAND['seedance-2.0'],
			unit: '1000 tokens',
			currency: 'USD',
		})),
		next_cursor: null,
		has_more: false,
	};
}
