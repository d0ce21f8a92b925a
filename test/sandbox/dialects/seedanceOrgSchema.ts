import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import {
	ORG_2_CREDITS,
	ORG_2_IMAGES,
	ORG_CREDITS,
	ORG_OTHER_CODE,
	ORG_PROMPT_CHARACTERS,
} from '../decisions.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** Fields of seedanceapi.org v1, in the order of validation. */
const schema = z
	.object({
		prompt: promptOf('seedanceOrg', ORG_PROMPT_CHARACTERS),
		aspect_ratio: z.enum(['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21']).default('1:1'),
		resolution: z.enum(['480p', '720p']).default('720p'),
		duration: z.enum(['4', '8', '12']).default('8'),
		generate_audio: z.boolean().default(false),
		fixed_lens: z.boolean().default(false),
		image_urls: z.array(webUrl).max(1).default([]),
		callback_url: webUrl.optional(),
	})
	.strict();

export type OrgBody = z.infer<typeof schema>;

/** Fields of v2. */
const schema2 = z
	.object({
		prompt: promptOf('seedanceOrg2', ORG_PROMPT_CHARACTERS),
		model: z.enum(['seedance-2.0', 'seedance-2.0-fast']).default('seedance-2.0'),
		duration: z.union([z.literal(5), z.literal(10), z.literal(15)]).default(5),
		aspect_ratio: z.enum(['16:9', '9:16', '4:3', '3:4']).optional(),
		images: z.array(webUrl).min(1).max(ORG_2_IMAGES).optional(),
		callback_url: webUrl.optional(),
	})
	.strict()
	// [doc] The ratio is for text-to-video; [us] with images, it is refused.
	.refine(({ images, aspect_ratio: ratio }) => !images || ratio === undefined, {
		path: ['aspect_ratio'],
		message: 'is for text-to-video only',
	});

export type Org2Body = z.infer<typeof schema2>;

/** [doc] */
const CODES: Record<string, string> = {
	prompt: 'INVALID_PROMPT',
	aspect_ratio: 'INVALID_ASPECT_RATIO',
	resolution: 'INVALID_RESOLUTION',
	duration: 'INVALID_DURATION',
};

function codeOf({ path, code }: z.ZodIssue): string {
	const isImages = path[0] === 'image_urls' || path[0] === 'images';
	if (isImages && code === 'too_big') return 'TOO_MANY_IMAGES';
	return CODES[String(path[0])] ?? ORG_OTHER_CODE;
}

export const checkOrgBody = (sent: unknown): OrgBody => checked(schema, sent);
export const checkOrg2Body = (sent: unknown): Org2Body => checked(schema2, sent);

/** The validated body. Throws a problem for the first invalid field, because one code cannot name two. */
function checked<Body>(form: z.ZodType<Body, z.ZodTypeDef, unknown>, sent: unknown): Body {
	const outcome = form.safeParse(sent);
	if (outcome.success) return outcome.data;
	const [issue] = outcome.error.issues;
	const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
	throw new Problem('invalid_request', `${where}${issue?.message ?? 'is not valid'}`, {
		code: issue ? codeOf(issue) : ORG_OTHER_CODE,
	});
}

export const orgPrice = ({ resolution, duration, generate_audio: audio }: OrgBody): number =>
	ORG_CREDITS[resolution][duration][audio ? 1 : 0];

export const org2Price = ({ model, duration }: Org2Body): number => ORG_2_CREDITS[model][duration];
