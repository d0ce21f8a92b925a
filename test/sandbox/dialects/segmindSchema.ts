import { z } from 'zod';
import { SEGMIND_DOLLARS, SEGMIND_SEED } from '../decisions.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** Fields of Seedance 1.0 Pro at Segmind. */
export const segmindSchema = z
	.object({
		prompt: promptOf('segmind'),
		duration: z.union([z.literal(5), z.literal(10)]).default(5),
		resolution: z.enum(['480p', '720p', '1080p']).default('720p'),
		aspect_ratio: z.enum(['16:9', '4:3', '1:1', '3:4', '9:16']).default('16:9'),
		camera_fixed: z.boolean().default(false),
		image_url: webUrl.optional(),
		last_frame_url: webUrl.optional(),
		seed: z.number().int().min(SEGMIND_SEED.least).max(SEGMIND_SEED.most).optional(),
		// [doc] A boolean; the document's sample sends the text "false", which [us] is refused.
		skip_moderation: z.boolean().default(false),
	})
	.strict()
	.superRefine((body, context) => {
		if (body.last_frame_url && !body.image_url)
			context.addIssue({
				code: 'custom',
				path: ['last_frame_url'],
				message: 'requires image_url',
			});
	});

export type SegmindBody = z.infer<typeof segmindSchema>;

export const segmindPrice = ({ resolution, duration }: SegmindBody): number =>
	SEGMIND_DOLLARS[resolution][duration];
