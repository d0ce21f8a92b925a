import {
	NodeConnectionTypes,
	type IDisplayOptions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';
import { FIELD_LABELS } from '../core/fields';
import type { Capabilities, Model } from '../core/model';
import type { Provider } from '../core/provider';
import type { Mode } from '../core/request';
import { providers } from '../providers';

const MODE_NAMES: Record<Mode, string> = {
	textToVideo: 'Text to Video',
	imageToVideo: 'Image to Video',
};
const MODES = Object.keys(MODE_NAMES) as Mode[];

/** One input, one output. A constant, because n8n's two lint plugins contradict each other about a literal. */
export const mainOnly = [NodeConnectionTypes.Main];

/** The first field of every node: whose account is used. */
export function providerProperty(offered: readonly Provider[] = providers): INodeProperties {
	return {
		displayName: 'Provider',
		name: 'provider',
		noDataExpression: true,
		...choiceOf(offered.map(({ id, name }) => ({ name, value: id }))),
		description: 'Who makes the video. Each provider has a credential of its own.',
	};
}

/** One credential for each provider, shown with it. */
export function credentialsOf(offered: readonly Provider[] = providers) {
	return offered.map(({ id, credential }) => ({
		name: credential,
		required: true,
		displayOptions: { show: { provider: [id] } },
	}));
}

/** Model, mode and every field of a request, each shown where a model has it, with that model's choices and default. */
export function requestProperties(): INodeProperties[] {
	return [
		...providers.map(modelProperty),
		...providers.flatMap(modeProperties),
		...fields.flatMap(propertiesOfField),
	];
}

function modelProperty({ id, models }: Provider): INodeProperties {
	return {
		displayName: 'Model',
		name: 'model',
		displayOptions: { show: { provider: [id] } },
		...choiceOf(models.map((model) => ({ name: model.name, value: model.id }))),
	};
}

function modeProperties({ id, models }: Provider): INodeProperties[] {
	return grouped(models, modesOf).map(([modes, group]) => ({
		displayName: 'Mode',
		name: 'mode',
		displayOptions: { show: { provider: [id], model: group.map((model) => model.id) } },
		...choiceOf(modes.map((mode) => ({ name: MODE_NAMES[mode], value: mode }))),
	}));
}

const modesOf = (model: Model) => MODES.filter((mode) => model.modes[mode]);

type Shape = Omit<INodeProperties, 'name' | 'displayName' | 'displayOptions'>;

/** A field of the form, made of what one model can do in one mode; nothing where it cannot. */
interface Field {
	name: keyof typeof FIELD_LABELS;
	of: (can: Capabilities) => Shape | undefined;
}

// None is marked as required: n8n would insist on fields that do not apply when the model is an expression, and its words
// do not say what is allowed. `checkRequest` does both right.
const fields: Field[] = [
	{
		name: 'prompt',
		of: ({ prompt }) => ({
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. The sneaker turns slowly on a white table, soft studio light',
			description: `What happens in the video, in up to ${prompt.maxLength} characters`,
		}),
	},
	{
		name: 'imageUrl',
		of: ({ imageUrl }) =>
			imageUrl && {
				type: 'string',
				default: '',
				placeholder: 'e.g. https://example.com/sneaker.jpg',
				description: 'Public address of the image that the video starts from',
			},
	},
	{
		name: 'duration',
		of: ({ duration: { min, max, default: value } }) => ({
			type: 'number',
			typeOptions: { minValue: min, maxValue: max, numberPrecision: 0 },
			default: value,
			description: `Length of the video, ${min} to ${max} whole seconds. Longer videos cost more.`,
		}),
	},
	{
		name: 'aspectRatio',
		of: ({ aspectRatio }) =>
			aspectRatio && {
				...choiceOf(aspectRatio.values.map(asOption), aspectRatio.default),
				description: 'Width to height of the video',
			},
	},
	{
		name: 'audio',
		of: ({ audio }) =>
			audio && {
				type: 'boolean',
				default: audio.default,
				description: 'Whether the video comes with sound',
			},
	},
];

/** One property for each different shape of the field, shown for exactly the models and modes that have it. */
function propertiesOfField({ name, of }: Field): INodeProperties[] {
	const places = providers.flatMap((provider) =>
		provider.models.flatMap((model) =>
			MODES.flatMap((mode) => {
				const can = model.modes[mode];
				const shape = can && of(can);
				return shape ? [{ provider: provider.id, model: model.id, mode, shape }] : [];
			}),
		),
	);
	const byMode = grouped(places, ({ provider, model, shape }) => ({ provider, model, shape }));
	const rows = byMode.map(([row, group]) => ({ ...row, modes: group.map(({ mode }) => mode) }));
	return grouped(rows, ({ provider, shape, modes }) => ({ provider, shape, modes })).map(
		([{ provider, shape, modes }, group]) => {
			const model = group.map((row) => row.model);
			const displayOptions: IDisplayOptions = {
				show: { provider: [provider], model, mode: modes },
			};
			return { displayName: FIELD_LABELS[name], name, displayOptions, ...shape };
		},
	);
}

/** A dropdown; without a value of its own it starts with the first entry. */
function choiceOf(
	options: INodePropertyOptions[],
	value = options[0]?.value ?? '',
): Pick<INodeProperties, 'type' | 'options' | 'default'> {
	return { type: 'options', options, default: value };
}

const asOption = (value: string): INodePropertyOptions => ({ name: value, value });

/** Entries with an equal key together, in the order of their first appearance. */
function grouped<T, K>(entries: readonly T[], keyOf: (entry: T) => K): Array<[K, T[]]> {
	const groups = new Map<string, [K, T[]]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const id = JSON.stringify(key);
		const group = groups.get(id) ?? [key, []];
		group[1].push(entry);
		groups.set(id, group);
	}
	return [...groups.values()];
}
