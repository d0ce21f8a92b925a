import { z } from 'zod';
import type { Problem } from '../core/answer.ts';
import { webUrl } from './image.ts';
import { invalid, missing } from './modelArkError.ts';

/** The shape of a submission to ModelArk, before the rules of its model. Names that are not listed are dropped [pub]. */

const url = z.object({ url: z.string() });
const element = z.discriminatedUnion('type', [
	z.object({ type: z.literal('text'), text: z.string().min(1, 'it must not be empty') }),
	z.object({ type: z.literal('image_url'), image_url: url, role: z.string().optional() }),
	z.object({ type: z.literal('video_url'), video_url: url, role: z.string().optional() }),
	z.object({ type: z.literal('audio_url'), audio_url: url, role: z.string().optional() }),
	z.object({ type: z.literal('draft_task'), draft_task: z.object({ id: z.string() }) }),
]);
export type Element = z.infer<typeof element>;

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive'] as const;

/** [doc] */
export const taskSchema = z.object({
	model: z.string().min(1),
	content: z.array(element).min(1),
	resolution: z
		.string()
		.transform((text) => text.toLowerCase())
		.optional(),
	ratio: z.enum(RATIOS).optional(),
	duration: z.number().int().optional(),
	frames: whole(29, 289)
		.refine((frames) => (frames - 25) % 4 === 0, 'it must be 25 + 4n')
		.optional(),
	seed: whole(-1, 2 ** 31 - 1).optional(),
	camera_fixed: z.boolean().optional(),
	watermark: z.boolean().default(false),
	generate_audio: z.boolean().default(true),
	return_last_frame: z.boolean().default(false),
	service_tier: z.enum(['default', 'flex']).optional(),
	execution_expires_after: whole(3600, 259_200).default(172_800),
	draft: z.boolean().optional(),
	priority: whole(0, 9).optional(),
	output_format: z.enum(['mp4', 'mov']).optional(),
	omni_reference_task_type: z.enum(['auto', 'reference', 'edit', 'extend']).optional(),
	tools: z.array(z.object({ type: z.literal('web_search') })).optional(),
	callback_url: webUrl.optional(),
	safety_identifier: z.string().max(64).optional(),
});
export type TaskBody = z.infer<typeof taskSchema>;

/** The names of a submission's top-level fields that ModelArk silently drops. */
export const modelArkDroppedFields = (body: Readonly<Record<string, unknown>>): string[] =>
	Object.keys(body).filter((name) => !(name in taskSchema.shape));

const pathOf = (path: ReadonlyArray<string | number>): string =>
	path
		.map((part, at) => (typeof part === 'number' ? `[${part}]` : at ? `.${part}` : part))
		.join('');

/** Only one of several errors is named [pub]; [us] always the first. */
export function problemOf({ issues: [issue] }: z.ZodError): Problem {
	const param = pathOf(issue?.path ?? []);
	if (issue?.code === 'invalid_type' && issue.received === 'undefined') return missing(param);
	return invalid(param === '' ? 'body' : param, (issue?.message ?? 'unknown').toLowerCase());
}

/** The body in the form of a schema. Throws the first problem. */
export function inForm<Output>(
	schema: z.ZodType<Output, z.ZodTypeDef, unknown>,
	body: unknown,
): Output {
	const checked = schema.safeParse(body);
	if (!checked.success) throw problemOf(checked.error);
	return checked.data;
}
