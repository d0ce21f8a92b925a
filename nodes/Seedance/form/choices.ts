import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ImageInput, ServiceTier } from '../core/request';

/** A dropdown. Without a given default, the first entry is the default. */
export function choiceOf(
	options: INodePropertyOptions[],
	value = options[0]?.value ?? '',
): Pick<INodeProperties, 'type' | 'options' | 'default'> {
	return { type: 'options', options, default: value };
}

/**
 * Sorted by what the user reads, as n8n's guidelines require. Not by `localeCompare`, which loads the rules of a language:
 * a sixth of the time that the package takes to load.
 */
export const alphabetical = <T>(list: readonly T[], textOf: (each: T) => string): T[] =>
	[...list].sort((one, other) => {
		const [a, b] = [textOf(one).toLowerCase(), textOf(other).toLowerCase()];
		return a < b ? -1 : Number(a > b);
	});

/** A value of the provider, which is its own name. Words begin with a capital letter. */
export const asOption = (value: string | number): INodePropertyOptions => ({
	name: String(value).replace(/^[a-z]/, (letter) => letter.toUpperCase()),
	value,
});

export const IMAGE_INPUTS: Record<ImageInput, string> = { url: 'URL', binary: 'File of the Item' };

export const TASKS: Readonly<Record<string, INodePropertyOptions>> = {
	auto: { name: 'Automatic', value: 'auto', description: 'The model decides by the prompt' },
	edit: { name: 'Edit', value: 'edit', description: 'Change the reference video' },
	extend: { name: 'Extend', value: 'extend', description: 'Continue the reference video' },
	reference: { name: 'Reference', value: 'reference', description: 'Make a new video' },
};

export const SERVICE_TIERS: Readonly<Record<ServiceTier, INodePropertyOptions>> = {
	default: { name: 'Default', value: 'default' },
	flex: { name: 'Flex', value: 'flex', description: 'Half the price, within hours' },
};
