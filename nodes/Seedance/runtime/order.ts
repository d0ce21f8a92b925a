import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { checkRequest } from '../core/checkRequest';
import { failure, inputFault, success, type Outcome } from '../core/fault';
import { FIELD_LABELS } from '../core/fields';
import { estimateCredits } from '../core/price';
import type { Provider } from '../core/provider';
import type { FieldName, Mode, RawRequest } from '../core/request';
import { modelById } from '../providers';
import { callbackAddress } from './callbackAddress';
import { checkImage } from './imageFile';
import { readParameter, type OnJobFailure } from './items';
import { readMinutes, readOptionalCount, readText } from './options';
import type { Session } from './session';
import { idempotencyKeyOf, runKeyOf, type Order } from './submit';

export type AfterSubmit = 'return' | 'wait' | 'resume' | 'callback';

/** What is the same for all items of a run. */
export interface Plan {
	runKey: string;
	afterSubmit: AfterSubmit;
	maxConcurrentJobs: number;
	/** The address of the execution itself, for `resume`. */
	resumeAddress?: string;
	includeInputFields: boolean;
}

export interface PlannedOrder extends Order {
	onJobFailure: OnJobFailure;
	downloadVideo: boolean;
	binaryField: string;
}

const WAIT_NODE = /\.seedanceWaitForWebhook$/;

export function readPlan(ctx: IExecuteFunctions, { settings }: Session): Outcome<Plan> {
	const afterSubmit = ctx.getNodeParameter('afterSubmit', 0) as AfterSubmit;
	const options = ctx.getNodeParameter('options', 0, {});
	const limit = readOptionalCount(options.maxConcurrentJobs, 'Max Concurrent Jobs');
	if (!limit.ok) return limit;
	const plan: Plan = {
		runKey: runKeyOf(ctx),
		afterSubmit,
		// The credential's figure is the account's; an option can only go below it.
		maxConcurrentJobs: Math.min(limit.value ?? Infinity, settings.maxConcurrentJobs),
		includeInputFields: options.includeInputFields === true,
	};
	if (afterSubmit !== 'resume') return success(plan);
	const problem = problemOfResume(ctx);
	if (problem) return failure(problem);
	const address = callbackAddress(ctx, settings);
	return address.ok ? success({ ...plan, resumeAddress: address.value }) : address;
}

/** Without a node that waits, the callback would find nobody: said before money is spent. */
function problemOfResume(ctx: IExecuteFunctions) {
	const { name, type } = ctx.getNode();
	if (type.endsWith('Tool')) {
		return inputFault(
			'An AI agent cannot wait for a callback',
			'Choose "Return the Job at Once" in "After Submit" and give the agent Check Status as a second tool.',
		);
	}
	const waits = ctx.getChildNodes(name).some((node) => WAIT_NODE.test(node.type) && !node.disabled);
	if (waits) return undefined;
	return inputFault(
		'No Seedance Wait for Webhook node follows this node',
		'Add one behind it, or choose another value in "After Submit". Nothing was submitted.',
	);
}

/** One item's parameters, checked against the model's row, and its image file. No request is made. */
export async function readOrder(
	ctx: IExecuteFunctions,
	provider: Provider,
	plan: Plan,
	itemIndex: number,
): Promise<Outcome<PlannedOrder>> {
	const model = readModel(ctx, provider, itemIndex);
	if (!model.ok) return model;
	const mode = readParameter(ctx, 'mode', itemIndex);
	if (!mode.ok) return mode;
	const options = readParameter(ctx, 'options', itemIndex);
	if (!options.ok) return options;
	const raw = readRaw(ctx, plan, (options.value ?? {}) as IDataObject, itemIndex);
	if (!raw.ok) return raw;
	const checked = checkRequest(raw.value, model.value, mode.value as Mode);
	if (!checked.ok) {
		return failure(inputFault(checked.problems.join(' '), 'Nothing was submitted for this item.'));
	}
	const waiting = readWaiting(ctx, (options.value ?? {}) as IDataObject, itemIndex);
	if (!waiting.ok) return waiting;
	const { request } = checked;
	const image = await checkImage(ctx, request, itemIndex);
	if (!image.ok) return image;
	return success({
		itemIndex,
		request,
		loadImage: image.value,
		creditsEstimated: estimateCredits(model.value, request),
		idempotencyKey: idempotencyKeyOf(plan.runKey, itemIndex),
		...waiting.value,
	});
}

function readModel(ctx: IExecuteFunctions, provider: Provider, itemIndex: number) {
	const id = readParameter(ctx, 'model', itemIndex);
	if (!id.ok) return id;
	const model = modelById(provider, String(id.value));
	if (model) return success(model);
	const allowed = provider.models.map((candidate) => candidate.id).join(', ');
	return failure(
		inputFault(
			`Model: "${String(id.value)}" is not known to ${provider.name}. Allowed: ${allowed}.`,
		),
	);
}

/** Fields of the form itself; the others stand among the options. */
const FORM_FIELDS = [
	'prompt',
	'imageInput',
	'imageUrl',
	'imageBinaryField',
	'duration',
	'resolution',
	'aspectRatio',
	'audio',
	'cameraLock',
] as const satisfies readonly FieldName[];

function readRaw(
	ctx: IExecuteFunctions,
	plan: Plan,
	options: IDataObject,
	itemIndex: number,
): Outcome<RawRequest> {
	const { endFrameUrl, seed, skipModeration, metadata } = options;
	const raw: RawRequest = { endFrameUrl, seed, skipModeration, metadata };
	for (const field of FORM_FIELDS) {
		const value = readParameter(ctx, field, itemIndex);
		if (!value.ok) return value;
		raw[field] = value.value;
	}
	raw.callbackUrl = plan.resumeAddress;
	if (plan.afterSubmit !== 'callback') return success(raw);
	const url = readParameter(ctx, 'callbackUrl', itemIndex);
	if (!url.ok) return url;
	raw.callbackUrl = url.value;
	const given = typeof url.value === 'string' && url.value.trim() !== '';
	return given ? success(raw) : failure(inputFault(NO_CALLBACK_URL));
}

const NO_CALLBACK_URL = `${FIELD_LABELS.callbackUrl}: an empty value is not possible. Allowed: an address that starts with https:// or http://.`;

function readWaiting(ctx: IExecuteFunctions, options: IDataObject, itemIndex: number) {
	const timeoutMs = readMinutes(options.timeoutMinutes ?? 20, 'Timeout (Minutes)');
	if (!timeoutMs.ok) return timeoutMs;
	const download = readParameter(ctx, 'downloadVideo', itemIndex);
	if (!download.ok) return download;
	return success({
		timeoutMs: timeoutMs.value,
		downloadVideo: download.value === true,
		binaryField: readText(options.binaryField, 'video'),
		onJobFailure: (options.onJobFailure ?? 'error') as OnJobFailure,
	});
}
