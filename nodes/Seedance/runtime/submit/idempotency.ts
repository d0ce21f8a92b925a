import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { oneOf } from '../../core/parameters';
import type { ImageFile, MediaRequest } from '../../core/request';
import { readOption, readText } from '../items/options';
import { countCall, nameOfCall, type ToolCall } from '../items/toolCall';

/** What distinguishes one run of a node from all others. */
export interface RunIdentity {
	/** Names the run at the provider; see `runKeyOf`. */
	runKey: string;
	/** Names it in the node's memory. */
	runIndex: number;
	/** The node's settings, hashed. */
	settings: string;
	toolCall: ToolCall | undefined;
}

/** What counts as the same job. */
const DUPLICATES = ['perExecution', 'perContent', 'custom'] as const;
type Duplicates = (typeof DUPLICATES)[number];

/** By what an item is known. */
export interface Keys {
	/** In this node's memory, which a retried execution takes over: so the execution is not in it. */
	memoryKey: string;
	/** At the provider. The same for every try of this item in this execution. */
	idempotencyKey: string;
	/** Other executions come to the same key. */
	isShared: boolean;
}

export function keyOf(parts: readonly unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/**
 * Names this run of this node in this execution. The instance and the workflow are in it because execution numbers start
 * at 1 in every n8n, and the settings because those of a copy of this n8n go on from the same number.
 */
export function runKeyOf(ctx: IExecuteFunctions, settings: string): string {
	return JSON.stringify([
		ctx.getInstanceId(),
		ctx.getWorkflow().id,
		ctx.getExecutionId(),
		ctx.getNode().id,
		settings,
	]);
}

/** The node's settings as they stand in the workflow, before any expression is evaluated. */
export const settingsKeyOf = (ctx: IExecuteFunctions): string => keyOf([ctx.getNode().parameters]);

/** What the user has chosen. */
export interface Choice {
	duplicates: Duplicates;
	/** The user's own key; empty where there is none. */
	custom: string;
}

export function readChoice(options: IDataObject): Outcome<Choice> {
	const reader = oneOf({ values: DUPLICATES, default: 'perExecution' });
	const duplicates = readOption(options, 'duplicates', 'Duplicates', reader);
	if (!duplicates.ok) return duplicates;
	const { idempotencyKey } = options;
	// A number is a fine key, too: a SKU, an order.
	const custom = readText(
		typeof idempotencyKey === 'number' ? String(idempotencyKey) : idempotencyKey,
		'',
	);
	return success({ duplicates: duplicates.value ?? 'perExecution', custom });
}

/** Whether the keys are made from the content, which takes reading the image file. */
export const needsContent = ({ duplicates }: Choice): boolean => duplicates !== 'perExecution';

/** @param content from `contentKeyOf`; only where `needsContent` */
export function keysOf(
	ctx: IExecuteFunctions,
	plan: RunIdentity & { afterSubmit: string },
	itemIndex: number,
	{ duplicates, custom }: Choice,
	content = '',
): Outcome<Keys> {
	if (duplicates !== 'perExecution') {
		if (plan.afterSubmit === 'resume') return failure(NOT_WITH_RESUME);
		if (duplicates === 'custom' && custom === '') return failure(inputFault(NO_IDEMPOTENCY_KEY));
		const key = duplicates === 'custom' ? keyOf(['custom', custom]) : content;
		return success({ memoryKey: key, idempotencyKey: key, isShared: true });
	}
	const memoryKey = memoryKeyOf(ctx, plan, itemIndex);
	// Of a copy of this n8n, too; and unlike the prompt, what comes in is the same in every try.
	const input = plan.toolCall ? undefined : inputKeyOf(ctx, itemIndex);
	const idempotencyKey = keyOf([plan.runKey, memoryKey, input]);
	return success({ memoryKey, idempotencyKey, isShared: false });
}

function memoryKeyOf(ctx: IExecuteFunctions, plan: RunIdentity, itemIndex: number): string {
	const { toolCall, runIndex, settings } = plan;
	if (!toolCall) return `${runIndex}/${itemIndex}`;
	// What the model gave, and not what has become of it: a retried execution comes to the same.
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
		// What has no JSON, such as a big integer, cannot have come from a stored execution either.
		return '';
	}
}

/** The request by its content: all that changes the result, and not where the provider is to call. */
export async function contentKeyOf(
	request: MediaRequest,
	loadImage: (() => Promise<Outcome<ImageFile>>) | undefined,
): Promise<Outcome<string>> {
	const image = await loadImage?.();
	if (image && !image.ok) return image;
	const none = { callbackUrl: undefined, metadata: undefined, imageBinaryField: undefined };
	const content = { ...request, ...none };
	return success(keyOf(['content', content, image?.value.bytes.toString('base64')]));
}

const NO_IDEMPOTENCY_KEY =
	'Idempotency Key: an empty value is not possible. Allowed: any text, such as a SKU.';

const NOT_WITH_RESUME = inputFault(
	'"Duplicates" over several executions does not go together with "Let Wait for Webhook Take Over": the provider would call the execution that came first',
	'Choose "Wait Until It Is Ready" in "After Submit", or "Once per Execution" in "Duplicates".',
);
