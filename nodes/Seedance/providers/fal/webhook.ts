import type { JobReading } from '../../core/job';
import type { Callback, Endpoint } from '../../core/provider';
import { anyJobId, optionalText, readOrName } from '../../core/replies';
import { ed25519 } from '../../core/ed25519';
import { z } from '../../core/zod';
import { readError, readOutput } from './job';

// Source: the webhooks page. A request that has ended is called back about once.

const named = z.object({ request_id: anyJobId });
const callback = z.object({
	status: z.enum(['OK', 'ERROR']),
	payload: z.unknown(),
	payload_error: optionalText,
	error: optionalText,
});

/** The HTTP code of the model, which the text of an error ends with. [doc] */
const codeOf = (error: string | null | undefined): number =>
	Number(/(\d{3})\s*$/.exec(error ?? '')?.[1] ?? 422);

function readCallback(jobId: string, body: unknown): JobReading {
	const { status, payload, payload_error: payloadError, error } = callback.parse(body);
	// fal could not send the result, which has to be asked for.
	if (payload === null || payload === undefined || payloadError)
		return { jobId, status: 'processing', unknownStatus: payloadError ?? status };
	if (status === 'OK') return readOutput(payload, jobId);
	return readError(withText(payload, error), jobId, codeOf(error));
}

/** An error without details has only the text beside them. */
const withText = (payload: unknown, error: string | null | undefined): unknown =>
	typeof payload === 'object' && 'detail' in (payload ?? {}) ? payload : { detail: error };

const keySet = z.object({ keys: z.array(z.object({ x: z.string().min(1) })) });

const keysAt = (host: string): Endpoint<void, readonly string[]> => ({
	request: () => ({ method: 'GET', host, path: '/.well-known/jwks.json' }),
	response: (body) => keySet.parse(body).keys.map(({ x }) => x),
});

export const webhook: Callback = {
	signatures: [
		{
			...ed25519({
				signed: ['x-fal-webhook-request-id', 'x-fal-webhook-user-id', 'x-fal-webhook-timestamp'],
				timestamp: 'x-fal-webhook-timestamp',
				signature: 'x-fal-webhook-signature',
			}),
			keys: keysAt('storage'),
			otherKeys: keysAt('formerStorage'),
		},
	],
	jobsIn: (body) => {
		const jobId = named.safeParse(body).data?.request_id;
		return jobId === undefined ? [] : [readOrName(jobId, () => readCallback(jobId, body))];
	},
};
