import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { oneOf } from '../../core/parameters';
import type { MediaRequest } from '../../core/request';
import { filesIn, type LoadFiles } from './files';
import { readOption, textOf } from '../items/options';
import { countCall, nameOfCall, type ToolCall } from '../items/toolCall';

/** Identifies one run of a node. */
export interface RunIdentity {
	/**
	 * Identifies the run at the provider. It contains the instance and the workflow because execution numbers start at 1 in
	 * every n8n, and the settings because a copy of this n8n continues with the same execution numbers.
	 */
	runKey: string;
	/** Identifies the run in the node's memory. */
	runIndex: number;
	/** A hash of the node's settings in the workflow, before any expression is evaluated. */
	settings: string;
	toolCall: ToolCall | undefined;
}

/** Which submits count as the same job. */
const DUPLICATES = ['perExecution', 'perContent', 'custom'] as const;
type Duplicates = (typeof DUPLICATES)[number];

/** The keys that identify an item. */
export interface Keys {
	/**
	 * In this node's memory. It does not contain the execution ID, because a retried execution takes over the memory.
	 */
	memoryKey: string;
	/** At the provider. The same for every try of this item in this execution. */
	idempotencyKey: string;
	/** Whether other executions can have the same key. */
	isShared: boolean;
}

export function keyOf(parts: readonly unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/** The identity of this run of this node in this execution. */
export function runIdentityOf(ctx: IExecuteFunctions, toolCall: ToolCall | undefined): RunIdentity {
	const { id, parameters } = ctx.getNode();
	const settings = keyOf([parameters]);
	const place = [ctx.getInstanceId(), ctx.getWorkflow().id, ctx.getExecutionId(), id, settings];
	return {
		runKey: JSON.stringify(place),
		runIndex: Number(ctx.evaluateExpression('{{ $runIndex }}', 0)),
		settings,
		toolCall,
	};
}

/** The user's choice. */
export interface Choice {
	duplicates: Duplicates;
	/** The user's own key; empty if there is none. */
	custom: string;
}

export function readChoice(options: IDataObject): Outcome<Choice> {
	const reader = oneOf({ values: DUPLICATES, default: 'perExecution' });
	const duplicates = readOption(options, 'duplicates', 'Duplicates', reader);
	if (!duplicates.ok) return duplicates;
	const custom = textOf(options.idempotencyKey);
	return success({ duplicates: duplicates.value ?? 'perExecution', custom });
}

/** Whether the keys are derived from the content, which requires reading the image file. */
export const needsContent = ({ duplicates }: Choice): boolean => duplicates !== 'perExecution';

/** @param content from `contentKeyOf`; only if `needsContent` */
export function keysOf(
	ctx: IExecuteFunctions,
	plan: RunIdentity & { afterSubmit: string },
	itemIndex: number,
	{ duplicates, custom }: Choice,
	content = '',
): Outcome<Keys> {
	if (duplicates !== 'perExecution') {
		const sleeping = SLEEPING[plan.afterSubmit];
		if (sleeping) return failure(notWith(sleeping));
		if (duplicates === 'custom' && custom === '') return failure(inputFault(NO_IDEMPOTENCY_KEY));
		const key = duplicates === 'custom' ? keyOf(['custom', custom]) : content;
		return success({ memoryKey: key, idempotencyKey: key, isShared: true });
	}
	const memoryKey = memoryKeyOf(ctx, plan, itemIndex);
	// The input distinguishes a copy of this n8n as well. Unlike the prompt, it is the same in every try.
	const input = plan.toolCall ? undefined : inputKeyOf(ctx, itemIndex);
	const idempotencyKey = keyOf([plan.runKey, memoryKey, input]);
	return success({ memoryKey, idempotencyKey, isShared: false });
}

function memoryKeyOf(ctx: IExecuteFunctions, plan: RunIdentity, itemIndex: number): string {
	const { toolCall, runIndex, settings } = plan;
	if (!toolCall) return `${runIndex}/${itemIndex}`;
	// The original arguments of the model, so that a retried execution gets the same key.
	const call = keyOf([toolCall.args, settings]);
	return nameOfCall(toolCall, () => {
		const count = countCall(ctx.getContext('node'), ctx.getExecutionId(), call);
		return `tool/${call}/${count}`;
	});
}

function inputKeyOf(ctx: IExecuteFunctions, itemIndex: number): string {
	try {
		return keyOf([ctx.getInputData()[itemIndex]?.json]);
	} catch {
		// A value without JSON, such as a BigInt, cannot come from a stored execution either.
		return '';
	}
}

/**
 * A hash of everything in the request that changes the result. The callback address does not.
 *
 * @param before the same hash of the video that this one continues. It stands for the first frame, whose address is not
 *   known before and differs in each execution.
 */
export async function contentKeyOf(
	request: MediaRequest,
	loadFiles: LoadFiles | undefined,
	before?: string,
): Promise<Outcome<string>> {
	const loaded = await loadFiles?.();
	if (loaded && !loaded.ok) return loaded;
	const none = { callbackUrl: undefined, metadata: undefined, imageBinaryField: undefined };
	// The other binary fields stay in it: they tell which file is which.
	const content = { ...request, ...none, continues: before };
	const [first, ...others] = filesIn(loaded?.value ?? {}).map(({ bytes }) =>
		bytes.toString('base64'),
	);
	return success(keyOf(['content', content, first, ...others]));
}

const NO_IDEMPOTENCY_KEY =
	'Idempotency Key: an empty value is not possible. Allowed: any text, such as a SKU.';

/** The choices of After Submit with which the provider calls the execution itself. */
const SLEEPING: Partial<Record<string, string>> = {
	resume: 'Let Wait for Webhook Take Over',
	sleep: 'Sleep Until It Is Ready',
};

const notWith = (sleeping: string) =>
	inputFault(
		`"Duplicates" across executions does not work with "${sleeping}": the provider would call the first execution`,
		'Choose "Wait Until It Is Ready" in "After Submit", or "Once per Execution" in "Duplicates".',
	);
