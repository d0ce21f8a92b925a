import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { checkRequest } from '../../core/checkRequest';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import type { Job } from '../../core/job';
import { ALONE, placeInFilm } from '../../core/films';
import { estimateCost } from '../../core/price';
import type { Capabilities, Model } from '../../core/model';
import type { Provider } from '../../core/provider';
import { FIELD_NAMES, requestFields } from '../../core/requestFields';
import type { FieldName, MediaRequest, Mode, RawRequest } from '../../core/request';
import { contentKeyOf, keysOf, needsContent, readChoice } from './idempotency';
import { checkFiles } from './files';
import { downloadField, endOptions, type EndOptions } from '../items/jobs';
import { readParameter } from '../items/output';
import { givenValue, numberFrom, readMinutes, readOption } from '../items/options';
import type { RunOptions } from './runOptions';
import type { SubmitItem } from './submitItem';

export interface GenerateItem extends SubmitItem, EndOptions {
	/** The hash of the request's content, if something depends on it. */
	contentKey?: string;
	/** Set if a finished job of the same content may be reused. */
	reuse?: { contentKey: string; maxAgeMs: number };
	/** The reused job, if one was found. */
	reused?: Job;
	/** How long the provider may keep the job in its queue, if that is longer than usual. */
	longestMs?: number;
}

/**
 * Reads one item's parameters, validates them against the model's row, and checks its image file. Sends no request.
 *
 * @param before the hash of the content of the item that this one continues
 */
export async function readItem(
	ctx: IExecuteFunctions,
	provider: Provider,
	plan: RunOptions,
	itemIndex: number,
	before?: string,
): Promise<Outcome<GenerateItem>> {
	const shot = plan.shots[itemIndex] ?? ALONE;
	if (shot.fault) return failure(shot.fault);
	const model = readModel(ctx, provider, plan.makes, itemIndex);
	if (!model.ok) return model;
	const mode = readParameter(ctx, 'mode', itemIndex);
	if (!mode.ok) return mode;
	const collection = readParameter(ctx, 'options', itemIndex);
	if (!collection.ok) return collection;
	const options = (collection.value ?? {}) as IDataObject;
	const raw = readRaw(ctx, plan, options, itemIndex);
	if (!raw.ok) return raw;
	const placed = placeInFilm(raw.value, mode.value as Mode, model.value, shot);
	if ('problem' in placed) return failure(inputFault(placed.problem, NOTHING_SUBMITTED));
	const checked = checkRequest(placed.raw, model.value, placed.mode);
	if (!checked.ok) return failure(inputFault(checked.problems.join(' '), NOTHING_SUBMITTED));
	const { request } = checked;
	const capabilities = model.value.modes[request.mode];
	const longest = longestMinutes(request, capabilities);
	const waiting = readWaiting(ctx, plan, longest, options, itemIndex);
	if (!waiting.ok) return waiting;
	const files = await checkFiles(ctx, request, capabilities, itemIndex);
	if (!files.ok) return files;
	const content = async () => await contentKeyOf(request, files.value, before);
	const identity = await readIdentity(ctx, plan, options, content, itemIndex);
	if (!identity.ok) return identity;
	return success({
		itemIndex,
		request,
		loadFiles: files.value,
		...estimateCost(model.value, request),
		settings: plan.settings,
		unwantedAfterMs: plan.afterSubmit === 'wait' ? waiting.value.timeoutMs : undefined,
		...identity.value,
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

/** The keys that identify the item, and the maximum age of a finished job that may be reused. */
async function readIdentity(
	ctx: IExecuteFunctions,
	plan: RunOptions,
	options: IDataObject,
	contentKey: () => Promise<Outcome<string>>,
	itemIndex: number,
) {
	const hours = readOption(
		options,
		'reuseIdenticalHours',
		'Reuse Identical (Hours)',
		numberFrom(0),
	);
	if (!hours.ok) return hours;
	const choice = readChoice(options);
	if (!choice.ok) return choice;
	const reuses = (hours.value ?? 0) > 0;
	// The key of the item that continues this one may contain it.
	const hasNext = plan.shots[itemIndex]?.hasNext;
	const reads = reuses || needsContent(choice.value) || hasNext;
	const content = reads ? await contentKey() : success(undefined);
	if (!content.ok) return content;
	const keys = keysOf(ctx, plan, itemIndex, choice.value, content.value);
	if (!keys.ok) return keys;
	const reuse =
		reuses && content.value !== undefined
			? { contentKey: content.value, maxAgeMs: (hours.value ?? 0) * 3_600_000 }
			: undefined;
	return success({ ...keys.value, contentKey: content.value, reuse });
}

function readRaw(
	ctx: IExecuteFunctions,
	plan: RunOptions,
	options: IDataObject,
	itemIndex: number,
): Outcome<RawRequest> {
	const raw: RawRequest = {};
	for (const field of FIELD_NAMES) {
		const { section } = requestFields[field];
		if (section === 'options' && Object.hasOwn(options, field)) {
			raw[field] = givenValue(options[field]);
		}
		if (section !== 'form') continue;
		const value = readParameter(ctx, field, itemIndex);
		if (!value.ok) return value;
		raw[field] = isExpression(ctx, field) ? givenValue(value.value) : value.value;
	}
	raw.callbackUrl = plan.resumeAddress;
	if (plan.afterSubmit !== 'callback') return success(raw);
	const url = readParameter(ctx, 'callbackUrl', itemIndex);
	if (!url.ok) return url;
	raw.callbackUrl = url.value;
	const given = typeof url.value === 'string' && url.value.trim() !== '';
	return given ? success(raw) : failure(inputFault(NO_CALLBACK_URL));
}

/** A hidden field counts as missing, but an expression that returns nothing was meant to return something. */
const isExpression = (ctx: IExecuteFunctions, field: FieldName): boolean => {
	const parameter = ctx.getNode().parameters[field];
	return typeof parameter === 'string' && parameter.startsWith('=');
};

const NOTHING_SUBMITTED = 'Nothing was submitted for this item.';

const NO_CALLBACK_URL = `${requestFields.callbackUrl.label}: an empty value is not possible. Allowed: an address that starts with https:// or http://.`;

const DEFAULT_TIMEOUT_MINUTES = 20;

const longestMinutes = (
	{ serviceTier = 'default' }: MediaRequest,
	capabilities: Capabilities | undefined,
): number | undefined => capabilities?.serviceTier?.longestMinutes?.[serviceTier];

function readWaiting(
	ctx: IExecuteFunctions,
	{ makes, afterSubmit }: RunOptions,
	longest: number | undefined,
	options: IDataObject,
	itemIndex: number,
) {
	const usual = longest ?? DEFAULT_TIMEOUT_MINUTES;
	const minutes = Object.hasOwn(options, 'timeoutMinutes') ? options.timeoutMinutes : usual;
	const timeoutMs = readMinutes(minutes, 'Timeout (Minutes)');
	if (!timeoutMs.ok) return timeoutMs;
	const download = readParameter(ctx, downloadField(makes), itemIndex);
	if (!download.ok) return download;
	return success({
		timeoutMs: timeoutMs.value,
		longestMs: longest && longest * 60_000,
		...endOptions(makes, options, download.value, afterSubmit),
	});
}
