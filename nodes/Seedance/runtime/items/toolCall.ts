import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { inputFault, type Fault } from '../../core/fault';

/** Whether n8n calls the node as an agent's tool through a function of its own and not through the engine. */
const isToolContext = (ctx: object): ctx is { getNextRunIndex(): number } =>
	'getNextRunIndex' in ctx;

/** Whether the node is a tool of an agent, however n8n runs it. The run of a tool cannot be suspended. */
export const isTool = (ctx: IExecuteFunctions): boolean => ctx.getNode().type.endsWith('Tool');

/** One tool call of an agent. */
export interface ToolCall {
	/** The arguments from the model. The same object in every try of one call, and a different one for each call. */
	args: object;
	/** Set if n8n passes this call the arguments of another one. */
	mixUp?: Fault;
}

/**
 * The tool call that this run of the node answers. Undefined if the node runs in the workflow itself, which includes
 * Agent 3.
 *
 * n8n increments the run index with every try, and the tools that it creates for several items start with the same one.
 * So the run index does not identify a call, and `$fromAI`, which reads the arguments stored under it, can return those
 * of another call. (n8n-core 1.123 and 2.40, makeHandleToolInvocation)
 *
 * Must be called before the first await, because another call could start in the meantime.
 */
export function toolCallOf(ctx: IExecuteFunctions): ToolCall | undefined {
	if (!isToolContext(ctx)) return undefined;
	const runIndex = ctx.evaluateExpression('{{ $runIndex }}', 0);
	const isMixedUp = runIndex !== ctx.getNextRunIndex() - 1 && asksTheModel(ctx);
	return { args: argsOf(ctx), ...(isMixedUp ? { mixUp: MIX_UP } : {}) };
}

const argsOf = (ctx: IExecuteFunctions): object => ctx.getInputData()[0]?.json ?? {};

const asksTheModel = (ctx: IExecuteFunctions): boolean =>
	/\$fromai/i.test(JSON.stringify(ctx.getNode().parameters));

const MIX_UP = inputFault(
	'n8n gave this tool call the arguments of another one, so nothing was done for it',
	'This happens when an AI Agent of version 2.2 or older works on several items at once, or calls a tool while another call is tried again. Set "Batch Size" of the agent to 1, or use the newest version of the AI Agent node.',
);

/**
 * Whether a fault is output as an item, as with "Continue" in "On Error". This also applies to a tool in its last try:
 * agents up to 2.2 swallow the errors of a tool and give the model an empty text. A model that does not know of a job
 * orders it again.
 */
export function continuesOnFault(ctx: IExecuteFunctions): boolean {
	if (ctx.continueOnFail()) return true;
	if (!isToolContext(ctx)) return false;
	const known = lastTries.get(ctx);
	if (known !== undefined) return known;
	const args = argsOf(ctx);
	const tries = (triesOf.get(args) ?? 0) + 1;
	triesOf.set(args, tries);
	const isLast = tries >= mostTries(ctx.getNode());
	lastTries.set(ctx, isLast);
	return isLast;
}

/** The number of tries, by the arguments of a call. */
const triesOf = new WeakMap<object, number>();
/** Whether it is the last try, by the context, which is a new one in every try. */
const lastTries = new WeakMap<object, boolean>();

/** Counted as n8n does. (n8n-core 1.123 and 2.40, makeHandleToolInvocation) */
const mostTries = ({ retryOnFail, maxTries = 3 }: INode): number =>
	retryOnFail === true ? Math.min(5, Math.max(2, maxTries)) : 1;

const keys = new WeakMap<object, string>();

/**
 * A name for the call, created in its first try.
 * @param make must not await anything
 */
export function nameOfCall({ args }: ToolCall, make: () => string): string {
	const key = keys.get(args) ?? make();
	keys.set(args, key);
	return key;
}

/**
 * How many identical calls the execution has seen before: an agent that requests the same video twice wants two. The
 * count starts again in each execution, so that a retried execution gets the same names.
 */
export function countCall(context: IDataObject, execution: string, call: string): number {
	const kept = context.toolCalls as { execution?: string } | undefined;
	const calls = (kept?.execution === execution ? kept : { execution, counts: {} }) as {
		execution: string;
		counts: Record<string, number>;
	};
	const count = calls.counts[call] ?? 0;
	calls.counts[call] = count + 1;
	context.toolCalls = calls;
	return count;
}
