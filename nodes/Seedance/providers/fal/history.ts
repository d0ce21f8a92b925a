import type { JobReading } from '../../core/job';
import type { HttpCall, JobAddress, Submission } from '../../core/provider';
import { anyJobId, optionalNumber, optionalText } from '../../core/replies';
import { z } from '../../core/zod';
import { appOf, endpointOf, endpointsOfJob, modelOf } from './endpoints';
import { inputOf } from './input';
import { readError, readOutput } from './job';

// Source: "List requests by endpoint(s)" of the Platform API. It keeps requests for longer than the queue.

const list = z.object({ items: z.array(z.unknown()) });
const item = z.object({
	request_id: anyJobId,
	endpoint_id: optionalText,
	sent_at: optionalText,
	ended_at: optionalText,
	status_code: optionalNumber,
	json_input: z.record(z.unknown()).nullish().catch(null),
	json_output: z.unknown(),
});
type Item = z.infer<typeof item>;

/** The most that a page has. [doc] */
const PAGE = 100;

/** Up to 50 endpoints, separated by commas. [doc] */
const historyCall = (endpoints: readonly string[], more: Record<string, string>): HttpCall => ({
	method: 'GET',
	host: 'api',
	path: `/models/requests/by-endpoint?${new URLSearchParams({
		endpoint_id: endpoints.join(','),
		expand: 'payloads',
		...more,
	}).toString()}`,
});

/** A request without an end is still in the making. [us] */
function readItem({ request_id: jobId, ...kept }: Item): JobReading {
	const endpoint = kept.endpoint_id ?? undefined;
	const known: Partial<JobReading> = {
		model: endpoint && modelOf(endpoint),
		createdAt: isoOf(kept.sent_at),
		reference: endpoint ? { app: appOf(endpoint), endpoint } : undefined,
	};
	const code = kept.status_code;
	if (!code) return { jobId, ...known, status: 'processing' };
	const completedAt = isoOf(kept.ended_at);
	const end =
		code < 300 ? readEnd(kept.json_output, jobId) : readError(kept.json_output, jobId, code);
	return { ...known, completedAt, ...end };
}

/** The payload may have been deleted. [doc] */
const readEnd = (payload: unknown, jobId: string): JobReading =>
	readOutput(Object.assign({ video: null }, payload), jobId);

const itemsOf = (body: unknown): Item[] =>
	list.parse(body).items.flatMap((each) => item.safeParse(each).data ?? []);

/** For a job that the queue does not know any more: requests of the last 90 days. [doc] */
export const archive = {
	request: (job: JobAddress): HttpCall =>
		historyCall(endpointsOfJob(job), { request_id: job.jobId, limit: '2' }),
	response: (body: unknown, { jobId }: JobAddress): JobReading | undefined => {
		const found = itemsOf(body).find((each) => each.request_id === jobId);
		return found && readItem(found);
	},
};

/** The same values in any order, as fal may have added its own defaults. [us] */
function isInputOf(kept: Record<string, unknown> | null | undefined, sent: object): boolean {
	return Object.entries(sent).every(
		([name, value]) => JSON.stringify(kept?.[name]) === JSON.stringify(value),
	);
}

/** Requests of the last 24 hours. [doc] */
export const recent = {
	request: ({ request }: Submission): HttpCall =>
		historyCall([endpointOf(request)], { limit: String(PAGE) }),
	response: (body: unknown, { request }: Submission): JobReading[] => {
		const sent = inputOf(request);
		return itemsOf(body)
			.filter((each) => isInputOf(each.json_input, sent))
			.map(readItem);
	},
};

function isoOf(time: string | null | undefined): string | null {
	const ms = Date.parse(time ?? '');
	return Number.isNaN(ms) ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}
