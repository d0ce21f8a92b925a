import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import { ORG_CREDITS, ORG_OTHER_CODE, ORG_PROMPT_CHARACTERS } from '../decisions.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** Fields of seedanceapi.org, in the order of validation. */
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

/** [doc] */
const CODES: Record<string, string> = {
	prompt: 'INVALID_PROMPT',
	aspect_ratio: 'INVALID_ASPECT_RATIO',
	resolution: 'INVALID_RESOLUTION',
	duration: 'INVALID_DURATION',
};

function codeOf({ path, code }: z.ZodIssue): string {
	if (path[0] === 'image_urls' && code === 'too_big') return 'TOO_MANY_IMAGES';
	return CODES[String(path[0])] ?? ORG_OTHER_CODE;
}

/** The validated body. Throws a problem for the first invalid field, because one code cannot name two. */
export function checkOrgBody(sent: unknown): OrgBody {
	const checked = schema.safeParse(sent);
	if (checked.success) return checked.data;
	const [issue] = checked.error.issues;
	const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
	throw new Problem('invalid_request', `${where}${issue?.message ?? 'is not valid'}`, {
		code: issue ? codeOf(issue) : ORG_OTHER_CODE,
	});
}

export const orgPrice = ({ resolution, duration, generate_audio: audio }: OrgBody): number =>
	ORG_CREDITS[resolution][duration][audio ? 1 : 0];
