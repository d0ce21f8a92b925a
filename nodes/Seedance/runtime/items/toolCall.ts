import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { inputFault, type Fault } from '../../core/fault';

/** The context that n8n makes when it calls a node as an agent's tool by its own function, and not through the engine. */
interface ToolContext {
	getNextRunIndex(): number;
}

const isToolContext = (ctx: object): ctx is ToolContext => 'getNextRunIndex' in ctx;

/** One call of a tool by an agent. */
export interface ToolCall {
	/** What the model gave. The same object in every try of one call, and another one in each call. */
	args: object;
	/** Set where n8n hands this call the arguments of another one. */
	mixUp?: Fault;
}

/**
 * The call that this run of the node answers; undefined where the node runs in the workflow itself, also for Agent 3.
 *
 * n8n raises the run index with every try, and the tools that it makes for several items begin with the same one. So the
 * run index does not name a call, and `$fromAI`, which reads the arguments that are stored under it, can give those of
 * another call. (n8n-core 1.123 and 2.40, makeHandleToolInvocation)
 *
 * To be called before anything is awaited: another call could come in meanwhile.
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
	'n8n gave this call of the tool the arguments of another one, so nothing was done for it',
	'This happens when an AI Agent of version 2.2 or older works on several items at once, or calls a tool while another call is tried again. Set "Batch Size" of the agent to 1, or use the newest version of the AI Agent node.',
);

/**
 * Whether a fault is given out as an item, as with "Continue" in "On Error". For a tool in its last try, too: Agents up to
 * 2.2 swallow what a tool throws and hand the model an empty text, and a model that does not know of a job orders it anew.
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

/** By the arguments of a call. */
const triesOf = new WeakMap<object, number>();
/** By the context, which is a new one in every try. */
const lastTries = new WeakMap<object, boolean>();

/** As n8n counts them. (n8n-core 1.123 and 2.40, makeHandleToolInvocation) */
const mostTries = ({ retryOnFail, maxTries = 3 }: INode): number =>
	retryOnFail === true ? Math.min(5, Math.max(2, maxTries)) : 1;

const keys = new WeakMap<object, string>();

/** A name for the call, made at its first try. @param make in which nothing is awaited */
export function nameOfCall({ args }: ToolCall, make: () => string): string {
	const key = keys.get(args) ?? make();
	keys.set(args, key);
	return key;
}

/**
 * How many such calls the execution has seen before: an agent that asks twice for the same video wants two.
 * Counted anew in each execution, so that a retried one comes to the same names.
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
