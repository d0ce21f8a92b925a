/**
 * A user changes "Provider" of Generate Video and nothing else. n8n's own functions say what becomes of the other fields,
 * and our check says what is wrong with a value that the new provider does not take.
 */
import { NodeHelpers, type INode, type INodeParameters } from 'n8n-workflow';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Capabilities, Model } from '../../nodes/Seedance/core/model';
import type { Provider } from '../../nodes/Seedance/core/provider';
import type { Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { readerOf, requestFields } from '../../nodes/Seedance/core/requestFields';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { providers } from '../../nodes/Seedance/providers';

const { description } = new SeedanceGenerateVideo();

/** The parameters as n8n keeps them; without `withDefaults`, as in a workflow file. */
function shown(parameters: INodeParameters, withDefaults = true): INodeParameters {
	const node = { type: 'it', typeVersion: 1, parameters } as unknown as INode;
	const { properties } = description;
	const kept = NodeHelpers.getNodeParameters(
		properties,
		parameters,
		withDefaults,
		false,
		node,
		description,
	);
	return kept ?? {};
}

/** The fields of the form whose values depend on the model, with a value for each that the model takes. */
const FIELDS = ['duration', 'resolution', 'aspectRatio', 'audio', 'cameraLock'] as const;
type Field = (typeof FIELDS)[number];
type Values = Record<Field, ReadonlyArray<string | number | boolean>>;

const SEED = 7;
const OTHERS = {
	prompt: 'a lamp',
	imageInput: 'url',
	imageUrl: 'https://example.com/lamp.jpg',
	referenceImageUrls: 'https://example.com/lamp.jpg',
	afterSubmit: 'wait',
	downloadVideo: true,
};

interface Move {
	model: string;
	mode: Mode;
	from: Provider;
	to: Provider;
	/** What the model can do at each of them. */
	before: Capabilities;
	after: Capabilities;
	target: Model;
}

const isVideo = ({ makes }: Model) => makes === 'video';
const moves: Move[] = providers.flatMap((from) =>
	providers
		.filter((to) => to !== from)
		.flatMap((to) =>
			from.models.filter(isVideo).flatMap((source) => {
				const target = to.models.find(({ id, makes }) => id === source.id && makes === 'video');
				return Object.entries(source.modes).flatMap(([mode, before]) => {
					const after = target?.modes[mode as Mode];
					const move = { model: source.id, mode: mode as Mode, from, to, before };
					return target && after ? [{ ...move, after, target }] : [];
				});
			}),
		),
);

/** A field that only a file, or only an address, has is left out where the other one is chosen. */
const has = (can: Capabilities, field: Field): boolean =>
	readerOf(field, can, can.image && 'url') !== undefined;

function valuesOf(can: Capabilities): Values {
	const { duration, resolution, aspectRatio } = can;
	const seconds = !duration
		? []
		: 'values' in duration
			? duration.values
			: [duration.min, duration.max, duration.default, ...(duration.orModel ? [-1] : [])];
	const values: Values = {
		duration: seconds,
		resolution: resolution?.values ?? [],
		aspectRatio: aspectRatio?.values ?? [],
		audio: [true, false],
		cameraLock: [true, false],
	};
	return Object.fromEntries(
		FIELDS.map((field) => [field, has(can, field) ? values[field] : []]),
	) as Values;
}

interface Form {
	/** The values of the fields, as the user has chosen them. */
	chosen: INodeParameters;
	/** Everything that the editor has. */
	full: INodeParameters;
	/** What is not the default, as in a workflow file. */
	stored: INodeParameters;
}
const forms = new Map<string, Form[]>();

/** The forms of the old provider: in the nth, each field has its nth value, or the last one. */
function formsOf({ from, model, mode, before }: Move): Form[] {
	const key = `${from.id} ${model} ${mode}`;
	const known = forms.get(key);
	if (known) return known;
	const values = valuesOf(before);
	const count = Math.max(...FIELDS.map((field) => values[field].length));
	const made = Array.from({ length: count }, (_, nth) => {
		const entries = FIELDS.flatMap((field) => {
			const value = values[field].at(Math.min(nth, values[field].length - 1));
			return value === undefined ? [] : [[field, value] as const];
		});
		const options = before.seed ? { options: { seed: SEED } } : {};
		const chosen = {
			...OTHERS,
			...options,
			provider: from.id,
			model,
			mode,
			...Object.fromEntries(entries),
		};
		return { chosen, full: shown(chosen), stored: shown(shown(chosen), false) };
	});
	forms.set(key, made);
	return made;
}

/** Whether the new provider takes the value. */
function takes({ after }: Move, field: Field, value: unknown): boolean {
	const outcome = readerOf(field, after, after.image && 'url')?.(value);
	return outcome !== undefined && 'value' in outcome;
}

function problemsWith(form: INodeParameters, { target, mode, to }: Move): string[] {
	const raw = { ...form, callbackUrl: undefined, metadata: undefined } as unknown as RawRequest;
	const checked = checkRequest(raw, target, mode);
	expect(form.provider).toBe(to.id);
	return checked.ok ? [] : checked.problems;
}

/** How the check names a value that the new provider does not take. */
const refusalOf = ({ target }: Move, field: Field, value: unknown): string =>
	`${requestFields[field].label}: "${String(value)}" is not possible with ${target.name}. Allowed: `;

const defaultOf = (can: Capabilities, field: Field) => can[field]?.default;

const nameOf = ({ from, to, model, mode }: Move) => `${from.id} to ${to.id}: ${model}, ${mode}`;
const pairs = [...new Set(moves.map(({ from, to }) => `${from.id} to ${to.id}`))].map(
	(pair) => [pair, moves.filter((move) => nameOf(move).startsWith(`${pair}:`))] as const,
);

it('all providers share models', () => {
	expect(pairs).toHaveLength(providers.length * (providers.length - 1));
});

describe.each(pairs)('%s', (_, shared) => {
	it('keeps what the new provider takes, and names each value that it does not take', () => {
		for (const move of shared) for (const form of formsOf(move)) expectKept(move, form);
	});

	it('in the editor, a field that was left at the default gets the default of the new provider', () => {
		for (const move of shared) for (const form of formsOf(move)) expectEdited(move, form);
	});
});

function expectKept(move: Move, { chosen, full }: Form): void {
	const { to, model, mode, before, after } = move;
	expect(full).toMatchObject({ model, mode });
	const changed = shown({ ...full, provider: to.id });
	expect(changed).toMatchObject({ provider: to.id, model, mode, prompt: OTHERS.prompt });
	if (before.seed && after.seed) expect(changed.options).toMatchObject({ seed: SEED });
	const refusals: string[] = [];
	for (const field of FIELDS.filter((each) => has(before, each))) {
		if (!has(after, field)) {
			expect(changed).not.toHaveProperty(field);
			continue;
		}
		// Kept in any case: n8n marks a value that is not among the choices, and does not replace it.
		expect([nameOf(move), field, changed[field]]).toEqual([nameOf(move), field, chosen[field]]);
		if (!takes(move, field, chosen[field])) refusals.push(refusalOf(move, field, chosen[field]));
	}
	const problems = problemsWith(changed, move);
	expect(problems).toHaveLength(refusals.length);
	for (const refusal of refusals) {
		expect(problems.filter((problem) => isOneSentence(problem, refusal))).toHaveLength(1);
	}
}

/** Only the values that are not the default are kept. (updateNodeParameter in n8n-editor-ui, both lines) */
function expectEdited(move: Move, { chosen, stored }: Form): void {
	const { from, to, model, mode, before, after, target } = move;
	const changed = shown({ ...stored, provider: to.id });
	expect([nameOf(move), changed.provider, changed.model]).toEqual([nameOf(move), to.id, model]);
	const [usual] = Object.keys(from.models.find(({ id }) => id === model)!.modes);
	const [usualThen] = Object.keys(target.modes);
	if (mode === usual && mode !== usualThen) {
		// kie.ai has no text to video here, so that the mode is the default.
		expect([from.id, model, changed.mode]).toEqual(['kie', 'seedance-1.0-pro-fast', usualThen]);
		return;
	}
	expect([nameOf(move), changed.mode]).toEqual([nameOf(move), mode]);
	for (const field of FIELDS.filter((each) => has(before, each) && has(after, each))) {
		const wasDefault = chosen[field] === defaultOf(before, field);
		const expected = wasDefault ? defaultOf(after, field) : chosen[field];
		expect([nameOf(move), field, changed[field]]).toEqual([nameOf(move), field, expected]);
	}
}

/** The label, the value and what is allowed, in a single sentence. */
const isOneSentence = (problem: string, beginning: string): boolean =>
	problem.startsWith(beginning) && /^[^.].*[^.]\.$/.test(problem.slice(beginning.length));
