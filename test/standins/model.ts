// Stands in for a language model behind an API like OpenAI's: what it says is played from a script.
import { z } from 'zod';
import { checked, hasBearer, openStandIn } from './standin.ts';
import type { Received, StandIn } from './standin.ts';

const call = z.object({
	id: z.string(),
	type: z.literal('function'),
	function: z.object({ name: z.string(), arguments: z.string() }),
});
const message = z.discriminatedUnion('role', [
	z.object({ role: z.enum(['system', 'user']), content: z.string() }),
	z.object({
		role: z.literal('assistant'),
		// In parts, too.
		content: z.union([z.string(), z.array(z.object({ type: z.string() }))]).nullish(),
		tool_calls: z.array(call).optional(),
	}),
	z.object({ role: z.literal('tool'), content: z.string(), tool_call_id: z.string() }),
]);
const tool = z.object({
	type: z.literal('function'),
	function: z.object({
		name: z.string().regex(/^[\w-]{1,64}$/),
		description: z.string(),
		parameters: z.object({ type: z.literal('object'), properties: z.record(z.unknown()) }),
	}),
});
const request = z.object({
	model: z.string(),
	messages: z.array(message).min(1),
	tools: z.array(tool).optional(),
	stream: z.literal(false).optional(),
});
export type ModelRequest = z.infer<typeof request>;

/** What the model says: words, or the tools it wants called with these arguments. */
export type Line = string | Array<[tool: string, args: Record<string, unknown>]>;

/** The next line, by what the model has been told so far; `results` is what the tools answered, the oldest first. */
export type Script = (results: string[], asked: ModelRequest) => Line;

const MODEL = 'gpt-4.1-mini';

export async function openModel(key: string, script: Script): Promise<StandIn> {
	let answered = 0;
	const complete = ({ body }: Received) => {
		const asked = checked(request, body);
		const results = asked.messages.flatMap((each) => (each.role === 'tool' ? [each.content] : []));
		answered += 1;
		const line = script(results, asked);
		const choice =
			typeof line === 'string'
				? { message: { role: 'assistant', content: line }, finish_reason: 'stop' }
				: { message: callsOf(line, answered), finish_reason: 'tool_calls' };
		return {
			body: {
				id: `chatcmpl-${answered}`,
				object: 'chat.completion',
				created: 1_700_000_000,
				model: asked.model,
				choices: [{ index: 0, ...choice }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			},
		};
	};
	const models = { object: 'list', data: [{ id: MODEL, object: 'model' }] };
	return openStandIn({
		routes: [
			{ method: 'POST', url: '/v1/chat/completions', handle: complete },
			{ method: 'GET', url: '/v1/models', handle: () => ({ body: models }) },
		],
		hasKey: hasBearer(key),
		errorBody: ({ message: words }) => ({
			error: { message: words, type: 'invalid_request_error' },
		}),
	});
}

const callsOf = (line: Exclude<Line, string>, answered: number) => ({
	role: 'assistant',
	content: null,
	tool_calls: line.map(([name, args], nth) => ({
		id: `call_${answered}_${nth}`,
		type: 'function',
		function: { name, arguments: JSON.stringify(args) },
	})),
});
