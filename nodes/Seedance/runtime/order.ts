import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { checkRequest } from '../core/checkRequest';
import { failure, inputFault, success, type Outcome } from '../core/fault';
import { FIELD_LABELS } from '../core/fields';
import { estimateCredits } from '../core/price';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import type { FieldName, MediaRequest, Mode, RawRequest } from '../core/request';
import { checkImage } from './imageFile';
import { readParameter, type OnJobFailure } from './items';
import { readMinutes, readOptionalNumber, readText } from './options';
import type { Plan } from './plan';
import { keyOf, type Order } from './submit';

export interface PlannedOrder extends Order {
	/** Where a finished job of the same content is welcome. */
	reuse?: { contentKey: string; maxAgeMs: number };
	onJobFailure: OnJobFailure;
	downloadVideo: boolean;
	binaryField: string;
}

/** One item's parameters, checked against the model's row, and its image file. No request is made. */
export async function readOrder(
	ctx: IExecuteFunctions,
	provider: Provider,
	plan: Plan,
	itemIndex: number,
): Promise<Outcome<PlannedOrder>> {
	const model = readModel(ctx, provider, plan.makes, itemIndex);
	if (!model.ok) return model;
	const mode = readParameter(ctx, 'mode', itemIndex);
	if (!mode.ok) return mode;
	const collection = readParameter(ctx, 'options', itemIndex);
	if (!collection.ok) return collection;
	const options = (collection.value ?? {}) as IDataObject;
	const raw = readRaw(ctx, plan, options, itemIndex);
	if (!raw.ok) return raw;
	const checked = checkRequest(raw.value, model.value, mode.value as Mode);
	if (!checked.ok) {
		return failure(inputFault(checked.problems.join(' '), 'Nothing was submitted for this item.'));
	}
	const waiting = readWaiting(ctx, plan.makes, options, itemIndex);
	if (!waiting.ok) return waiting;
	const { request } = checked;
	const image = await checkImage(ctx, request, itemIndex);
	if (!image.ok) return image;
	const reuse = await readReuse(options, request, image.value);
	if (!reuse.ok) return reuse;
	const key = await readKey(plan, options, request, image.value, itemIndex);
	if (!key.ok) return key;
	return success({
		itemIndex,
		request,
		loadImage: image.value,
		reuse: reuse.value,
		creditsEstimated: estimateCredits(model.value, request),
		idempotencyKey: key.value,
		...waiting.value,
	});
}

function readModel(
	ctx: IExecuteFunctions,
	{ name, models }: Provider,
	makes: Model['makes'],
	itemIndex: number,
) {
	const id = readParameter(ctx, 'model', itemIndex);
	if (!id.ok) return id;
	const offered = models.filter((candidate) => candidate.makes === makes);
	const model = offered.find((candidate) => candidate.id === id.value);
	if (model) return success(model);
	const allowed = offered.map((candidate) => candidate.id).join(', ');
	return failure(
		inputFault(`Model: "${String(id.value)}" is not known to ${name}. Allowed: ${allowed}.`),
	);
}

async function readReuse(
	options: IDataObject,
	request: MediaRequest,
	loadImage: Order['loadImage'],
): Promise<Outcome<PlannedOrder['reuse']>> {
	const hours = readOptionalNumber(options.reuseIdenticalHours, 'Reuse Identical (Hours)');
	if (!hours.ok) return hours;
	if (hours.value === undefined) return success(undefined);
	const contentKey = await contentKeyOf(request, loadImage);
	if (!contentKey.ok) return contentKey;
	return success({ contentKey: contentKey.value, maxAgeMs: hours.value * 3_600_000 });
}

/** What counts as the same job. */
async function readKey(
	{ runKey, afterSubmit }: Plan,
	{ duplicates, idempotencyKey }: IDataObject,
	request: MediaRequest,
	loadImage: Order['loadImage'],
	itemIndex: number,
): Promise<Outcome<string>> {
	if (duplicates !== 'perContent' && duplicates !== 'custom') {
		return success(keyOf([runKey, itemIndex]));
	}
	if (afterSubmit === 'resume') {
		return failure(
			inputFault(
				'"Duplicates" over several executions does not go together with "Let Wait for Webhook Take Over": the provider would call the execution that came first',
				'Choose "Wait Until It Is Ready" in "After Submit", or "Once per Execution" in "Duplicates".',
			),
		);
	}
	if (duplicates === 'perContent') return await contentKeyOf(request, loadImage);
	const key = readText(idempotencyKey, '');
	if (key !== '') return success(keyOf(['custom', key]));
	return failure(inputFault(NO_IDEMPOTENCY_KEY));
}

const NO_IDEMPOTENCY_KEY =
	'Idempotency Key: an empty value is not possible. Allowed: any text, such as a SKU.';

/** The request by its content: all that changes the result, and not where the provider is to call. */
async function contentKeyOf(
	request: MediaRequest,
	loadImage: Order['loadImage'],
): Promise<Outcome<string>> {
	const image = await loadImage?.();
	if (image && !image.ok) return image;
	const none = { callbackUrl: undefined, metadata: undefined, imageBinaryField: undefined };
	const content = { ...request, ...none };
	return success(keyOf(['content', content, image?.value.bytes.toString('base64')]));
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

function readWaiting(
	ctx: IExecuteFunctions,
	makes: Model['makes'],
	options: IDataObject,
	itemIndex: number,
) {
	const timeoutMs = readMinutes(options.timeoutMinutes ?? 20, 'Timeout (Minutes)');
	if (!timeoutMs.ok) return timeoutMs;
	const download = readParameter(
		ctx,
		makes === 'video' ? 'downloadVideo' : 'downloadImage',
		itemIndex,
	);
	if (!download.ok) return download;
	return success({
		timeoutMs: timeoutMs.value,
		downloadVideo: download.value === true,
		binaryField: readText(options.binaryField, makes),
		onJobFailure: (options.onJobFailure ?? 'error') as OnJobFailure,
	});
}
