import { FIELD_LABELS } from './fields';
import type { Capabilities, Conditional, Model } from './model';
import {
	isLeftOut,
	jsonObject,
	NOTHING,
	numberOf,
	oneOf,
	text,
	trueOrFalse,
	webAddress,
	wholeNumber,
	type Reader,
} from './parameters';
import type { FieldName, ImageInput, MediaRequest, Mode, RawRequest } from './request';

export type CheckedRequest =
	| { ok: true; request: MediaRequest }
	| { ok: false; problems: string[] };

/**
 * Validates the values from the form or from expressions against the model's row. Each problem is one sentence that
 * names the field, the value and the allowed values. Pure: nothing has been sent or spent yet.
 */
export function checkRequest(raw: RawRequest, model: Model, mode: Mode): CheckedRequest {
	// An expression can return any text, for example `constructor`.
	const capabilities = Object.hasOwn(model.modes, mode) ? model.modes[mode] : undefined;
	if (!capabilities) {
		const allowed = Object.keys(model.modes).join(', ');
		return { ok: false, problems: [problem('Mode', mode, model, allowed)] };
	}
	const problems: string[] = [];
	const read: Read = (field, reader) => {
		const outcome = reader(raw[field]);
		if ('value' in outcome) return outcome.value;
		problems.push(problem(FIELD_LABELS[field], raw[field], model, outcome.allowed));
		return undefined;
	};
	const request = { model: model.id, mode, ...readFields(capabilities, read) };
	if (problems.length > 0) return { ok: false, problems };
	// If there is no problem, all required fields are present.
	return { ok: true, request: request as MediaRequest };
}

function problem(label: string, value: unknown, model: Model, allowed: string): string {
	return `${label}: ${show(value)} is not possible with ${model.name}. Allowed: ${allowed}.`;
}

type Read = <T>(field: FieldName, reader: Reader<T>) => T | undefined;

/** A field that the model does not have is not read: its value in the form may be left over from another model. */
function readFields(can: Capabilities, read: Read): Partial<MediaRequest> {
	const { duration, resolution, aspectRatio, audio, cameraLock, seed, endFrameUrl } = can;
	const input = readImageInput(can, read);
	const applies = (field: Conditional | undefined) =>
		field !== undefined && (!field.imageInput || field.imageInput === input);
	return {
		prompt: read('prompt', text(can.prompt.maxLength)),
		duration: duration && read('duration', durationOf(duration)),
		resolution: resolution && read('resolution', oneOf(resolution)),
		aspectRatio:
			aspectRatio && applies(aspectRatio) ? read('aspectRatio', oneOf(aspectRatio)) : undefined,
		audio: audio && read('audio', trueOrFalse(audio.default)),
		cameraLock:
			cameraLock && applies(cameraLock)
				? read('cameraLock', trueOrFalse(cameraLock.default))
				: undefined,
		seed: seed && read('seed', wholeNumber(seed, '')),
		imageUrl: input === 'url' ? read('imageUrl', webAddress('required')) : undefined,
		imageBinaryField: input === 'binary' ? read('imageBinaryField', text(200)) : undefined,
		endFrameUrl: applies(endFrameUrl) ? read('endFrameUrl', webAddress('optional')) : undefined,
		skipModeration:
			can.skipModeration && read('skipModeration', trueOrFalse(can.skipModeration.default)),
		metadata: read('metadata', jsonObject),
		callbackUrl: read('callbackUrl', webAddress('optional')),
	};
}

function readImageInput({ image }: Capabilities, read: Read): ImageInput | undefined {
	const [usual] = image?.inputs ?? [];
	if (!image || !usual) return undefined;
	const reader = oneOf({ values: image.inputs, default: usual });
	return read('imageInput', (raw) => {
		const outcome = reader(raw);
		const fileRefused = 'allowed' in outcome && !image.inputs.includes('binary');
		return fileRefused ? { allowed: `${outcome.allowed}${NO_FILES}` } : outcome;
	});
}

const NO_FILES =
	' (this provider takes images by their address only: put the file on the web first, such as in your shop or a bucket, and give its public address in Image URL)';

function durationOf(duration: NonNullable<Capabilities['duration']>): Reader<number> {
	return 'values' in duration
		? numberOf(duration, ' seconds')
		: wholeNumber(duration, ' of seconds', duration.default);
}

/** The value as the user entered it, shortened if it is long. */
export function show(raw: unknown): string {
	if (raw === NOTHING || isLeftOut(raw)) return 'an empty value';
	const shown = typeof raw === 'string' ? raw : inspect(raw);
	const characters = [...shown];
	return characters.length > 60
		? `"${characters.slice(0, 57).join('')}…" (${characters.length} characters)`
		: `"${shown}"`;
}

/** The value as JSON. A BigInt or a function from an expression has no JSON, so its type is shown instead. */
function inspect(raw: unknown): string {
	try {
		return JSON.stringify(raw) ?? typeof raw;
	} catch {
		return typeof raw;
	}
}
