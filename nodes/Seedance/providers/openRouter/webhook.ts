import type { Callback } from '../../core/provider';
import { anyJobId, optionalWord, readOrName } from '../../core/replies';
import { hmacWithTime } from '../../core/signature';
import { z } from '../../core/zod';
import { readVideo, video } from './video';

// Source: the skill "openrouter-video" and independent receivers.

const named = z.object({ data: z.object({ id: anyJobId }) });

/** The status is in `data`, and again at the end of the type. */
const event = z
	.object({ type: optionalWord, data: z.record(z.unknown()) })
	.transform(({ type, data }) => ({ status: type?.replace(/^video\.generation\./, ''), ...data }))
	.pipe(video);

/** The time and the raw body are signed with a comma between them, and not with a dot. [doc] */
export const callback: Callback = {
	signatures: [hmacWithTime('x-openrouter-signature', ',')],
	jobsIn: (body) => {
		const jobId = named.safeParse(body).data?.data.id;
		return jobId === undefined ? [] : [readOrName(jobId, () => readVideo(event.parse(body)))];
	},
};
