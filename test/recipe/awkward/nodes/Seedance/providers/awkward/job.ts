import type { JobReading } from '../../core/job';
import {
	anyJobId,
	optionalAddress,
	optionalFlag,
	optionalNumber,
	optionalText,
	optionalWord,
	readFailure,
	readProgress,
	readStatus,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { APPLICATIONS, usdOf } from './models';

export const job = z.object({
	handle: z.object({ ticket: anyJobId, application: optionalText }),
	phase: z.string().min(1),
	share: optionalNumber,
	began: optionalNumber,
	ended: optionalNumber,
	result: z
		.object({
			clip: optionalAddress,
			seconds: optionalNumber,
			quality: optionalText,
			sound: optionalFlag,
		})
		.nullish()
		.catch(null),
	usage: z.object({ tokens: optionalNumber }).nullish().catch(null),
	why: z.object({ kind: optionalText, text: optionalText }).nullish().catch(null),
});

/** Any body that names a job counts as one. */
export const submittedJob = job.extend({
	phase: optionalWord.transform((word) => word ?? 'waiting'),
});

const PHASES = {
	waiting: 'queued',
	running: 'processing',
	done: 'completed',
	broken: 'failed',
	withdrawn: 'cancelled',
	lapsed: 'failed',
} as const;

/** @param submittedTo where the job was submitted to, if the reply does not say it */
export function readJob(body: z.infer<typeof job>, submittedTo?: string): JobReading {
	const { handle, phase, result } = body;
	const jobId = handle.ticket;
	const application = handle.application || submittedTo;
	const known = Object.entries(APPLICATIONS).find(([, { id }]) => id === application);
	const reading: JobReading = {
		jobId,
		reference: application ? { application } : undefined,
		...readStatus(PHASES, phase),
		model: known?.[0],
		progress: readProgress(body.share, 1),
		createdAt: isoOf(body.began),
		completedAt: isoOf(body.ended),
	};
	if (reading.status === 'failed') return { ...reading, failure: failureOf(body) };
	if (reading.status !== 'completed') return reading;
	const tokens = body.usage?.tokens;
	// What a model at an endpoint of the user's own costs is not known.
	const costUsd = tokens && known ? usdOf(tokens, known[1].usdPerMillion) : null;
	if (!result?.clip) return { ...reading, ...withoutAddress('video', null), costUsd };
	return {
		...reading,
		videoUrl: result.clip,
		durationSeconds: result.seconds,
		resolution: result.quality,
		hasAudio: result.sound,
		costUsd,
	};
}

const failureOf = ({ phase, why }: z.infer<typeof job>) =>
	phase === 'lapsed'
		? { code: 'lapsed', message: 'The job was never begun; nothing is charged' }
		: readFailure(why?.text, why?.kind);

/** @param seconds Unix seconds */
const isoOf = (seconds: number | null | undefined): string | null =>
	seconds && seconds < 1e11 ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : null;
