import {
	NodeConnectionTypes,
	type ICredentialsDisplayOptions,
	type IDisplayOptions,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import type { Mode } from '../core/request';
import { requestFields } from '../core/requestFields';
import { providers } from '../providers';
import { choiceOf } from './choices';
import { SHAPED_FIELDS, variantOf, type ShapedField, type Variant } from './fieldShapes';
import { grouped } from './grouped';
import { usualModelOf } from './usualModel';

const MODE_NAMES: Record<Model['makes'], Record<Mode, string>> = {
	video: {
		textToVideo: 'Text to Video',
		imageToVideo: 'Image to Video',
		referenceToVideo: 'References to Video',
		draftToVideo: 'Draft to Final Video',
	},
	image: {
		textToVideo: 'Text to Image',
		imageToVideo: 'Image to Image',
		referenceToVideo: 'References to Image',
		draftToVideo: 'Draft to Final Image',
	},
};
const MODES = Object.keys(MODE_NAMES.video) as Mode[];

/** One input, one output. A constant, because n8n's two lint plugins contradict each other about a literal. */
export const mainOnly = [NodeConnectionTypes.Main];

/** The first field of every node: the provider whose account is used. */
export function providerProperty(offered: readonly Provider[]): INodeProperties {
	return {
		displayName: 'Provider',
		name: 'provider',
		noDataExpression: true,
		...choiceOf(offered.map(({ id, name }) => ({ name, value: id }))),
		description: 'Whose account is used. Each provider has its own credential.',
	};
}

/**
 * One credential for each provider, shown together with it. The display rule is a condition and not a plain value: if
 * plain values show a credential for every choice of a field, n8n takes that field for the kind of authentication and
 * removes it from the form. It is not the rule that hides a credential either: with that, n8n 1.x creates a new
 * credential of the first kind, whichever was requested.
 */
export function credentialsOf(
	offered: readonly Provider[] = providers,
): NonNullable<INodeTypeDescription['credentials']> {
	return offered.map(({ id, credential }) => {
		// n8n's type for credentials lacks conditions, but n8n itself treats them like those of a field.
		const show: IDisplayOptions['show'] = { provider: [{ _cnd: { eq: id } }] };
		const displayOptions =
			offered.length > 1 ? ({ show } as ICredentialsDisplayOptions) : undefined;
		return { name: credential, required: true, displayOptions };
	});
}

/** The subtitle of the node on the canvas: the model and the mode, with the labels of the form. */
export function subtitleOf(makes: Model['makes']): string {
	const models = providers.flatMap((provider) => modelsOf(provider, makes));
	const modes = Object.entries(MODE_NAMES[makes]).map(([id, name]) => ({ id, name }));
	return `={{ ${nameOf('model', models)} + ": " + ${nameOf('mode', modes)} }}`;
}

/** The subtitle with the provider. */
export const providerSubtitle = (offered: readonly Provider[]): string =>
	`={{ ${nameOf('provider', offered)} }}`;

/** An expression that returns the label of a field's value. */
function nameOf(field: string, named: ReadonlyArray<{ id: string; name: string }>): string {
	const names = Object.fromEntries(named.map(({ id, name }) => [id, name]));
	return `(${JSON.stringify(names)})[$parameter["${field}"]]`;
}

/**
 * Model, mode and every field of the form. Each field is shown if a model supports it, with that model's choices and
 * default.
 */
export function requestProperties(
	makes: Model['makes'],
	offered: readonly Provider[] = providers,
): INodeProperties[] {
	return [
		...offered.flatMap((provider) => modelProperty(provider, makes)),
		...offered.flatMap((provider) => modeProperties(provider, makes)),
		...propertiesAt('form', makes, offered),
	];
}

/** The same for the fields under Options. */
export const requestOptions = (makes: Model['makes'], offered: readonly Provider[] = providers) =>
	propertiesAt('options', makes, offered);

const modelsOf = ({ models }: Provider, makes: Model['makes']) =>
	models.filter((model) => model.makes === makes);

function modelProperty(provider: Provider, makes: Model['makes']): INodeProperties[] {
	const models = modelsOf(provider, makes);
	if (models.length === 0) return [];
	return [
		{
			displayName: 'Model',
			name: 'model',
			displayOptions: { show: { provider: [provider.id] } },
			...choiceOf(
				models.map(({ id, name, note }) => ({
					name,
					value: id,
					...(note ? { description: note } : {}),
				})),
				usualModelOf(models)?.id,
			),
			description: `The AI model that makes the ${makes}. The fields below and the price depend on it.`,
		},
	];
}

function modeProperties(provider: Provider, makes: Model['makes']): INodeProperties[] {
	return grouped(modelsOf(provider, makes), modesOf).map(([modes, group]) => ({
		displayName: 'Mode',
		name: 'mode',
		displayOptions: { show: { provider: [provider.id], model: group.map((model) => model.id) } },
		...choiceOf(modes.map((mode) => ({ name: MODE_NAMES[makes][mode], value: mode }))),
		description: `What the ${makes} is made from`,
	}));
}

const modesOf = (model: Model) => MODES.filter((mode) => model.modes[mode]);

/** One property for each different shape of a field, shown for exactly the models and modes that have this shape. */
function propertiesAt(
	section: 'form' | 'options',
	makes: Model['makes'],
	offered: readonly Provider[],
): INodeProperties[] {
	return SHAPED_FIELDS.filter((name) => requestFields[name].section === section).flatMap((name) => {
		const byModel = grouped(variantsOf(name, makes, offered), (variant) => ({
			...variant,
			mode: undefined,
		}));
		const rows = byModel.map(([row, variants]) => ({
			...row,
			modes: variants.map(({ mode }) => mode),
		}));
		return grouped(rows, (row) => ({ ...row, model: undefined })).map(([row, group]) => ({
			displayName: requestFields[name].label,
			name,
			displayOptions: {
				show: showWhere(section, { ...row, models: group.map(({ model }) => model) }),
			},
			...row.shape,
		}));
	});
}

interface PlacedVariant extends Variant {
	provider: string;
	model: string;
	mode: Mode;
}

/** Every model and mode that supports the field, with the field's shape there. */
function variantsOf(
	name: ShapedField,
	makes: Model['makes'],
	offered: readonly Provider[],
): PlacedVariant[] {
	return offered.flatMap((provider) =>
		modelsOf(provider, makes).flatMap((model) =>
			modesOf(model).flatMap((mode) => {
				const can = model.modes[mode];
				const variant = can && variantOf(name, can);
				return variant ? [{ provider: provider.id, model: model.id, mode, ...variant }] : [];
			}),
		),
	);
}

/** Inside a collection, n8n needs the names of other fields with a leading slash. */
function showWhere(
	section: 'form' | 'options',
	row: Pick<PlacedVariant, 'provider' | 'imageInput'> & { modes: Mode[]; models: string[] },
): NonNullable<IDisplayOptions['show']> {
	const root = section === 'options' ? '/' : '';
	return {
		[`${root}provider`]: [row.provider],
		[`${root}model`]: row.models,
		[`${root}mode`]: row.modes,
		...(row.imageInput ? { [`${root}imageInput`]: [row.imageInput] } : {}),
	};
}
