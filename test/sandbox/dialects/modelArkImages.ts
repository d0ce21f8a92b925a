import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { tagsIn } from '../core/tags.ts';
import { SEEDREAM_MOST_IMAGES } from '../decisions.ts';
import type { Call } from './dialect.ts';
import { inForm } from './modelArkBody.ts';
import { obeyTags } from './modelArkContent.ts';
import { bodyWithModel } from './modelArkCreate.ts';
import { invalid, ok, refusal } from './modelArkError.ts';
import { modelFor, regionOf } from './modelArkIds.ts';
import type { SeedreamModel } from './modelArkImageModels.ts';
import {
	dollarsPerImage,
	pixelsOfSize,
	SEEDREAM_MODELS,
	seedreamId,
} from './modelArkImageModels.ts';
import type { LinkedFile } from './modelArkLinks.ts';
import { jpeg, linkTo, markOf, png } from './modelArkLinks.ts';
import { checkImageUrl } from './modelArkMedia.ts';
import { NAME } from './modelArkTask.ts';

/** Seedream: the answer to the submission has the images. */

/** [doc]; there is no `n`, and a name that is not listed is dropped. */
const schema = z.object({
	prompt: z.string().min(1, 'it must not be empty'),
	image: z.union([z.string().transform((url) => [url]), z.array(z.string())]).default([]),
	size: z.string().optional(),
	response_format: z.enum(['url', 'b64_json']).default('url'),
	output_format: z.enum(['png', 'jpeg']).optional(),
	watermark: z.boolean().default(true),
	sequential_image_generation: z.enum(['disabled', 'auto']).default('disabled'),
	sequential_image_generation_options: z
		.object({ max_images: z.number().int().min(1).max(SEEDREAM_MOST_IMAGES).optional() })
		.optional(),
	stream: z.boolean().default(false),
});
type ImageBody = z.infer<typeof schema>;

/** Either of the IDs that a model has outside of China. */
const rows = SEEDREAM_MODELS.flatMap((model) => [
	{ model, id: undefined },
	...(model.also === undefined ? [] : [{ model, id: model.also }]),
]);

export async function createImages(core: Core, call: Call): Promise<Answer> {
	const raw = bodyWithModel(call);
	const region = regionOf(call.account);
	const { model } = modelFor(call.account, raw.model, rows, (where, row) =>
		row.id !== undefined && where !== 'china' ? row.id : seedreamId(where, row.model),
	);
	const body = inForm(schema, raw);
	const size = check(model, body);
	obeyTags(body.prompt);
	const { tags } = tagsIn(body.prompt);
	const count = countOf(body);
	const made = tags.has('image-error') ? count - 1 : count;
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: newId('img-'),
		credits: made * dollarsPerImage(model),
		unqueued: true,
		request: {
			...{ model: seedreamId(region, model), prompt: body.prompt, makes: 'image' },
			...{ durationSeconds: 0, resolution: size, audio: false, signedLinks: true },
		},
	});
	await core.board.settled(job);
	if (job.state !== 'completed') throw failed(job);
	return ok(resultOf(core, job, { body, size, made, count }));
}

/** The size in pixels. Throws the first rule that the fields break. */
function check(model: SeedreamModel, body: ImageBody): string {
	const { unknown } = tagsIn(body.prompt, NAME);
	if (unknown.length) throw invalid('prompt', `unknown sandbox tag: ${unknown.join(', ')}`);
	if (body.image.length > model.mostReferences)
		throw invalid('image', `there must be at most ${model.mostReferences} images`);
	body.image.forEach((url, index) => checkImageUrl(`image[${index}]`, url));
	if (body.output_format !== undefined && !model.formats)
		throw invalid('output_format', `it is not supported for model ${model.id}, must be empty`);
	// [us] The sandbox does not stream.
	if (body.stream) throw invalid('stream', 'it must be false');
	if (countOf(body) + body.image.length > SEEDREAM_MOST_IMAGES)
		throw invalid(
			'image',
			`there must be at most ${SEEDREAM_MOST_IMAGES} images, new ones included`,
		);
	return pixelsOfSize(model, body.size);
}

/** [us] As many as allowed, and one if no number is given. */
const countOf = ({
	sequential_image_generation: sequential,
	sequential_image_generation_options: options,
}: ImageBody): number => (sequential === 'auto' ? (options?.max_images ?? 1) : 1);

interface Made {
	body: ImageBody;
	size: string;
	made: number;
	count: number;
}

/** [doc] An image that failed has an error in its place. */
function resultOf(
	core: Core,
	job: Job,
	{ body, size, made, count }: Made,
): Record<string, unknown> {
	const [width = 0, height = 0] = size.split('x').map(Number);
	// [us] A token is 256 pixels.
	const tokens = Math.floor((made * width * height) / 256);
	const data = Array.from({ length: count }, (_none, index) => {
		if (index >= made) return { error: REFUSED };
		const text = markOf(`${job.id}-${index + 1}`, body.watermark);
		// [us] JPEG unless PNG is wanted.
		const file = body.output_format === 'png' ? png(core, text) : jpeg(text);
		return { ...imageOf(core, job, file, { body, index }), size };
	});
	return {
		model: job.request.model,
		created: Math.floor((job.settledAt ?? core.clock.now()) / 1000),
		data,
		usage: { generated_images: made, output_tokens: tokens, total_tokens: tokens },
	};
}

function imageOf(
	core: Core,
	job: Job,
	file: LinkedFile,
	{ body, index }: { body: ImageBody; index: number },
): Record<string, string> {
	if (body.response_format === 'b64_json') return { b64_json: file.bytes().toString('base64') };
	if (job.tags.has('no-url')) return {};
	return { url: linkTo(core, job, file, String(index + 1)) };
}

const REFUSED = {
	code: 'OutputImageSensitiveContentDetected',
	message: 'The request failed because the output image may contain sensitive information.',
};

const failed = ({ tags }: Job) =>
	tags.has('moderate')
		? refusal(REFUSED.code, REFUSED.message)
		: refusal('InternalServiceError', 'The service encountered an unexpected internal error.');
