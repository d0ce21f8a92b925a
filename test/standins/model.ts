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
	stream: z.boolean().optional(),
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
		const message = typeof line === 'string' ? { content: line } : callsOf(line, answered);
		const reason = typeof line === 'string' ? 'stop' : 'tool_calls';
		return asked.stream
			? { events: chunksOf(asked.model, answered, message, reason) }
			: { body: completionOf(asked.model, answered, message, reason) };
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

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

const headOf = (model: string, answered: number, kind: string) => ({
	id: `chatcmpl-${answered}`,
	object: kind,
	created: 1_700_000_000,
	model,
});

const completionOf = (model: string, answered: number, message: object, reason: string) => ({
	...headOf(model, answered, 'chat.completion'),
	choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }],
	usage: USAGE,
});

/** The whole message in one chunk, and its end in another. */
const chunksOf = (model: string, answered: number, message: object, reason: string) => {
	const head = headOf(model, answered, 'chat.completion.chunk');
	const delta = { role: 'assistant', ...message };
	return [
		{ ...head, choices: [{ index: 0, delta, finish_reason: null }] },
		{ ...head, choices: [{ index: 0, delta: {}, finish_reason: reason }] },
		{ ...head, choices: [], usage: USAGE },
	];
};

const callsOf = (line: Exclude<Line, string>, answered: number) => ({
	content: null,
	tool_calls: line.map(([name, args], index) => ({
		index,
		id: `call_${answered}_${index}`,
		type: 'function',
		function: { name, arguments: JSON.stringify(args) },
	})),
});
