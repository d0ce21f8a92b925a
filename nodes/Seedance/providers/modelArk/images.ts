import { createHash } from 'node:crypto';
import type { JobReading } from '../../core/job';
import type { Dialect, Submission } from '../../core/provider';
import {
	later,
	optionalAddress,
	optionalText,
	readFailure,
	withoutAddress,
	withoutUndefined,
} from '../../core/replies';
import { z } from '../../core/zod';
import { frameOf, referenceImagesOf } from './content';
import { sizeOf, usdPerImage } from './imageModels';
import { isoOf } from './task';
import { videos } from './videos';
import { wireIdOf } from './wireIds';
import { inWords } from './words';

// Source: "image generation" of ModelArk: one call whose reply has the image.

const reply = z.object({
	created: z.number().nonnegative().nullish().catch(null),
	data: z
		.array(z.object({ url: optionalAddress, size: optionalText, error: z.unknown() }))
		.nonempty(),
});

/** A large image with many references can take minutes. [us] */
const TIMEOUT_MS = 300_000;
/** An address works for 24 hours. [doc] */
const KEPT_MS = 24 * 3_600_000;

/** A finished image is not a job, so there is no ID: this one tells two images apart. [us] */
const idOf = (image: unknown): string =>
	`image-${createHash('sha256').update(JSON.stringify(image)).digest('hex').slice(0, 16)}`;

function readImage(body: unknown, { request: { model } }: Submission): JobReading {
	const { created, data } = reply.parse(body);
	const [image] = data;
	const createdAt = isoOf(created);
	// Even a null says that this is an image.
	const reading = { jobId: idOf([created, image]), model, createdAt, imageUrl: image.url ?? null };
	if (image.error)
		return { ...reading, status: 'failed', failure: inWords(readFailure(image.error)) };
	const costUsd = usdPerImage(model);
	if (!image.url) return { ...reading, ...withoutAddress('image', null), costUsd };
	return {
		...reading,
		status: 'completed',
		completedAt: createdAt,
		resolution: image.size,
		expiresAt: later(createdAt, KEPT_MS),
		costUsd,
	};
}

function imagesOf({ request }: Submission): string | string[] | undefined {
	if (request.mode === 'imageToVideo') return frameOf(request, 'imageUrl');
	return request.mode === 'referenceToVideo' ? referenceImagesOf(request) : undefined;
}

/** There is no job to ask for. The status call is the one of videos, which answers that it knows no such job. */
export const images: Dialect = {
	generate: {
		request: (submission) => ({
			method: 'POST',
			path: '/images/generations',
			timeoutMs: TIMEOUT_MS,
			body: withoutUndefined({
				model: wireIdOf(submission.request, submission.region),
				prompt: submission.request.prompt,
				image: imagesOf(submission),
				size: sizeOf(
					submission.request.resolution ?? '2K',
					submission.request.aspectRatio ?? 'adaptive',
				),
				response_format: 'url',
				watermark: submission.request.watermark,
			}),
		}),
		response: readImage,
	},
	status: videos.status,
};
