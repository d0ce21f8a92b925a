import { NodeHelpers, type INodeProperties, type INodeTypeDescription } from 'n8n-workflow';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type {
	Capabilities,
	Choice,
	Model,
	PricedRequest,
	Range,
} from '../../nodes/Seedance/core/model';
import {
	MODEL_DECIDES,
	type FieldName,
	type ImageInput,
	type Mode,
} from '../../nodes/Seedance/core/request';
import { requestFields } from '../../nodes/Seedance/core/requestFields';
import { providers } from '../../nodes/Seedance/providers';
import { SHAPED_FIELDS } from '../../nodes/Seedance/form/fieldShapes';
import { SeedanceGenerateImage } from '../../nodes/Seedance/SeedanceGenerateImage.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';

const forms: Record<Model['makes'], INodeTypeDescription> = {
	video: new SeedanceGenerateVideo().description,
	image: new SeedanceGenerateImage().description,
};
const optionsOf = ({ properties }: INodeTypeDescription) =>
	(properties.find(({ name }) => name === 'options')?.options ?? []) as INodeProperties[];
const fieldNames: string[] = SHAPED_FIELDS;

/** One state of the form: what the user has chosen before the fields of the request. */
interface State {
	makes: Model['makes'];
	provider: string;
	model: string;
	mode: Mode;
	imageInput: ImageInput | undefined;
	can: Capabilities;
}
/** Without the rules between fields, and without fields that a row takes away from another row. */
const fieldsOf = (can: Capabilities) =>
	Object.fromEntries(
		Object.entries(can).filter(([name, capability]) => capability && name !== 'conflicts'),
	) as unknown as Capabilities;

const states: State[] = providers.flatMap((provider) =>
	provider.models.flatMap((model) =>
		Object.entries(model.modes).flatMap(([mode, can]) =>
			(can.image?.inputs ?? [undefined]).map((imageInput) => ({
				makes: model.makes,
				provider: provider.id,
				model: model.id,
				mode: mode as Mode,
				imageInput,
				can: fieldsOf(can),
			})),
		),
	),
);

const isShown = (
	values: Record<string, unknown>,
	property: INodeProperties,
	description: INodeTypeDescription,
	inOptions = false,
) =>
	NodeHelpers.displayParameter(
		(inOptions ? {} : values) as Parameters<typeof NodeHelpers.displayParameter>[0],
		property,
		null,
		description,
		values as Parameters<typeof NodeHelpers.displayParameter>[4],
	);

/** The properties that n8n shows in this state. */
function shown({ makes, provider, model, mode, imageInput }: State, more: object = {}) {
	const values = { provider, model, mode, ...(imageInput ? { imageInput } : {}), ...more };
	const form = forms[makes];
	return [
		...form.properties.filter((property) => isShown(values, property, form)),
		...optionsOf(form).filter((property) => isShown(values, property, form, true)),
	];
}

/** The fields that the model's row promises in this state. */
function promised({ can, imageInput }: State): string[] {
	return Object.entries(can)
		.filter(([, capability]) => {
			const only = (capability as { imageInput?: ImageInput }).imageInput;
			return only === undefined || only === imageInput;
		})
		.flatMap(([field]) => {
			if (field !== 'image') return [field];
			return ['imageInput', imageInput === 'url' ? 'imageUrl' : 'imageBinaryField'];
		});
}

/** What the form is to say. */
function costOf(model: Model, request: PricedRequest): string {
	const { price } = model;
	const { perSecond } = price;
	const amount = price.credits?.(request);
	if (amount !== undefined)
		return `Estimated cost: ${amount} credits (US$${(amount / 100).toFixed(2)})`;
	const rate = price.usd?.({ ...request, duration: 5 });
	if (rate !== undefined && model.makes === 'video')
		return `Estimated cost at list price: up to US$${(rate / 5).toFixed(3)}`;
	const usd = price.usd?.(request);
	if (usd !== undefined) return `Estimated cost: US$${usd.toFixed(3).replace(/0$/, '')}`;
	return perSecond === undefined
		? 'No price of this model is public. Look it up at the provider.'
		: `Estimated cost: about US$${(perSecond * (request.duration ?? 0)).toFixed(2)}`;
}

describe.each(states)(
	'Generate $makes: $provider, $model, $mode, image by $imageInput',
	(state) => {
		const options = optionsOf(forms[state.makes]);
		const fields = shown(state).filter(({ name }) => fieldNames.includes(name));
		const field = (name: FieldName) => fields.find((candidate) => candidate.name === name);

		it('shows each field that the model has, once, and no other', () => {
			expect(fields.map(({ name }) => name).sort()).toEqual(promised(state).sort());
		});

		it('offers the provider with its models, and the model with its modes', () => {
			const valuesOf = (name: string) =>
				shown(state)
					.filter((property) => property.name === name)
					.map((property) => property.options!.map((option) => 'value' in option && option.value));
			const provider = providers.find(({ id }) => id === state.provider)!;
			const models = provider.models.filter(({ makes }) => makes === state.makes);
			const makers = providers.filter((maker) =>
				maker.models.some(({ makes }) => makes === state.makes),
			);
			expect(valuesOf('provider')).toEqual([makers.map(({ id }) => id)]);
			expect(valuesOf('model')).toEqual([models.map(({ id }) => id)]);
			const modes = Object.keys(models.find(({ id }) => id === state.model)!.modes);
			expect(valuesOf('mode').map((values) => [...values].sort())).toEqual([modes.sort()]);
		});

		it('offers the choices of the model, and its defaults', () => {
			const choices = Object.entries(state.can).filter(
				(entry): entry is [FieldName, Choice<string | number>] =>
					entry[1] !== true && 'values' in entry[1],
			);
			for (const [name, choice] of choices) {
				if (!promised(state).includes(name)) continue;
				const { options: offered, default: value } = field(name)!;
				const values = offered!.map((option) => 'value' in option && option.value);
				expect([name, values, value]).toEqual([name, choice.values, choice.default]);
			}
		});

		it('has the bounds of the model, and starts within them', () => {
			const ranges = Object.entries(state.can).filter(
				(entry): entry is [FieldName, Range & { default?: number; orModel?: true }] =>
					entry[1] !== true && 'min' in entry[1],
			);
			for (const [name, { min: lowest, max, default: usual, orModel }] of ranges) {
				const min = orModel ? MODEL_DECIDES : lowest;
				const { typeOptions, default: value } = field(name)!;
				expect([name, typeOptions]).toMatchObject([name, { minValue: min, maxValue: max }]);
				expect(value).toBe(usual ?? Math.min(Math.max(Number(value), min), max));
			}
		});

		it('has switches that stand where the model says', () => {
			const switches = Object.entries(state.can).filter(
				(entry): entry is [FieldName, { default: boolean }] =>
					typeof (entry[1] as { default?: unknown }).default === 'boolean',
			);
			for (const [name, { default: usual }] of switches) {
				if (!promised(state).includes(name)) continue;
				expect([name, field(name)!.default]).toEqual([name, usual]);
			}
		});

		it('calls the fields by the names that the errors use', () => {
			expect(fields.map(({ displayName }) => displayName)).toEqual(
				fields.map(({ name }) => requestFields[name as FieldName].label),
			);
		});

		it('says once what each choice costs', () => {
			const { duration, resolution, audio } = state.can;
			const lengths = !duration
				? [undefined]
				: 'values' in duration
					? duration.values
					: [duration.min, duration.default, duration.max];
			const model = providers
				.find(({ id }) => id === state.provider)!
				.models.find(({ id }) => id === state.model)!;
			for (const length of lengths) {
				for (const size of resolution?.values ?? [undefined]) {
					for (const sound of audio ? [true, false] : [undefined]) {
						const request = { duration: length, resolution: size, audio: sound };
						const notices = shown(state, request).filter(({ name }) => name === 'costNotice');
						expect(notices.map(({ displayName }) => displayName.split(' for each ')[0])).toEqual([
							costOf(model, request),
						]);
					}
				}
			}
		});

		it('begins with values that pass the check', () => {
			const model = providers
				.find(({ id }) => id === state.provider)!
				.models.find(({ id }) => id === state.model)!;
			const filledIn: Record<string, unknown> = {
				prompt: 'A lamp',
				imageUrl: 'https://example.com/a.png',
				imageInput: state.imageInput,
				referenceImageUrls: 'https://example.com/a.png\nhttps://example.com/b.png',
				draftJobId: 'job-1',
			};
			const raw = fields
				.filter(({ name }) => !options.some((option) => option.name === name))
				.map(({ name, default: value }): [string, unknown] => [name, filledIn[name] ?? value]);
			expect(checkRequest(Object.fromEntries<unknown>(raw), model, state.mode)).toMatchObject({
				ok: true,
			});
		});
	},
);

it('there is a state of the form for every model, mode and kind of image', () => {
	const rows = providers.flatMap(({ models }) =>
		models.flatMap(({ modes }) => Object.values(modes)),
	);
	const kinds = rows.map(({ image }) => image?.inputs.length ?? 1);
	expect(states).toHaveLength(kinds.reduce((sum, kind) => sum + kind, 0));
});

describe.each(states.filter(({ imageInput }) => imageInput !== 'binary'))(
	'Options: $provider, $model, $mode',
	(state) => {
		const provider = providers.find(({ id }) => id === state.provider)!;
		const model = provider.models.find(({ id }) => id === state.model)!;
		const dialect = provider.dialectForRequest({ model: state.model, mode: state.mode });
		const names = (afterSubmit: string) =>
			shown(state, { afterSubmit, duplicates: 'custom' }).map(({ name }) => name);

		it('has no field twice', () => {
			for (const afterSubmit of ['wait', 'return', 'resume', 'callback']) {
				const all = names(afterSubmit).filter((name) => name !== 'options');
				expect(all).toEqual([...new Set(all)]);
			}
		});

		it.each(['timeoutMinutes', 'metadata', 'includeInputFields', 'estimateOnly'])(
			'has %s everywhere',
			(name) => {
				expect(names('wait')).toContain(name);
			},
		);

		it.each(['onJobFailure', 'binaryField', 'maxConcurrentJobs'])('has %s with waiting', (name) => {
			expect([names('wait').includes(name), names('return').includes(name)]).toEqual([true, false]);
		});

		const billsCredits = model.price.credits !== undefined;

		it('limits credits only where the provider bills in credits', () => {
			for (const name of ['maxCredits', 'monthlyCreditBudget']) {
				expect([name, names('wait').includes(name)]).toEqual([name, billsCredits]);
			}
		});

		it('asks for the balance only where there is one', () => {
			const isPriced = billsCredits || model.price.usd !== undefined;
			expect(names('wait').includes('checkCredits')).toBe(
				provider.credits !== undefined && isPriced,
			);
		});

		it('offers the ways of duplicates only where the provider recognises them', () => {
			for (const name of ['duplicates', 'idempotencyKey']) {
				expect([name, names('wait').includes(name)]).toEqual([name, dialect.idempotent === true]);
			}
		});

		it('offers callbacks only where the provider has them', () => {
			const [afterSubmit] = shown(state).filter(({ name }) => name === 'afterSubmit');
			const offered = afterSubmit!.options!.map((option) => 'value' in option && option.value);
			const callsBack = ['resume', 'callback'].map((value) => offered.includes(value));
			const hasJobs = provider.models.some(
				(model) => model.makes === state.makes && !model.isSynchronous,
			);
			const can = provider.callback !== undefined && hasJobs;
			expect(callsBack).toEqual([can, can]);
		});
	},
);

it('there is a state of the form for every provider', () => {
	expect(new Set(states.map(({ provider }) => provider))).toEqual(
		new Set(providers.map(({ id }) => id)),
	);
});

describe('The credential', () => {
	const form = forms.video;
	const shownFor = (provider: string) =>
		form.credentials!.filter((credential) =>
			NodeHelpers.displayParameter({ provider }, credential, null, form),
		);

	it.each(providers)('of $name is the only one that is shown with it', ({ id, credential }) => {
		expect(shownFor(id).map(({ name }) => name)).toEqual([credential]);
	});

	it('is told by what shows it, but by no plain value: else the editor of n8n 1.x mixes them up', () => {
		for (const { displayOptions } of form.credentials!) {
			expect(displayOptions?.hide).toBeUndefined();
			expect(displayOptions?.show?.provider).toEqual([{ _cnd: expect.anything() }]);
		}
	});
});
