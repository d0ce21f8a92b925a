import type { Model } from './model';
import { isLeftOut, NOTHING } from './parameters';
import type { FieldValues, MediaRequest, Mode, RawRequest } from './request';
import { FIELD_NAMES, readerOf, requestFields } from './requestFields';

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
	const values: Partial<FieldValues> = {};
	const problems: string[] = [];
	for (const name of FIELD_NAMES) {
		// A field that the model does not have is not read: its value may be left over from another model.
		const reader = readerOf(name, capabilities, values.imageInput);
		if (!reader) continue;
		const outcome = reader(raw[name]);
		if ('value' in outcome) Object.assign(values, { [name]: outcome.value });
		else problems.push(problem(requestFields[name].label, raw[name], model, outcome.allowed));
	}
	if (problems.length > 0) return { ok: false, problems };
	// It has decided which of the other fields there are.
	delete values.imageInput;
	// If there is no problem, all required fields are present.
	const request = { model: model.id, mode, ...values } as MediaRequest;
	const conflicts = capabilities.conflicts?.(request) ?? [];
	return conflicts.length > 0 ? { ok: false, problems: [...conflicts] } : { ok: true, request };
}

function problem(label: string, value: unknown, model: Model, allowed: string): string {
	return `${label}: ${show(value)} is not possible with ${model.name}. Allowed: ${allowed}.`;
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
