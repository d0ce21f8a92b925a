import type { INodeProperties } from 'n8n-workflow';
import type { Provider } from '../core/provider';
import { providers } from '../providers';
import { providerProperty } from './common';

/**
 * The fields of a node, after the choice of the provider. A package for one provider has no such choice, and no field
 * depends on it.
 *
 * @param offered the providers that have what the node does
 */
export function withProvider(
	offered: readonly Provider[],
	properties: INodeProperties[],
): INodeProperties[] {
	const [only, ...others] = providers;
	if (!only || others.length > 0) return [providerProperty(offered), ...properties];
	return properties.flatMap((property) => withoutChoice(property, only.id));
}

/** The names of the field: in the form, and in a collection. */
const CHOICE = ['provider', '/provider'];

/** @returns the property as this provider has it; none if it is another provider's */
function withoutChoice(property: INodeProperties, id: string): INodeProperties[] {
	const { displayOptions = {}, options, ...rest } = property;
	const { show = {}, hide = {} } = displayOptions;
	const isShown = CHOICE.every((name) => show[name]?.includes(id) ?? true);
	const isHidden = CHOICE.some((name) => hide[name]?.includes(id));
	if (!isShown || isHidden) return [];
	const conditions = Object.fromEntries(
		Object.entries({ show: othersOf(show), hide: othersOf(hide) }).filter(([, each]) => each),
	);
	return [
		{
			...rest,
			...(options ? { options: optionsFor(property, options, id) } : {}),
			...(Object.keys(conditions).length > 0 ? { displayOptions: conditions } : {}),
		},
	];
}

/** @returns undefined if no condition is left */
function othersOf<T>(conditions: Record<string, T>): Record<string, T> | undefined {
	const others = Object.entries(conditions).filter(([name]) => !CHOICE.includes(name));
	return others.length > 0 ? Object.fromEntries(others) : undefined;
}

const optionsFor = (
	{ type }: INodeProperties,
	options: NonNullable<INodeProperties['options']>,
	id: string,
): NonNullable<INodeProperties['options']> =>
	type === 'collection'
		? (options as INodeProperties[]).flatMap((each) => withoutChoice(each, id))
		: options;

/**
 * The name of a node that packages of several providers have, such as "Seedance (fal) Trigger". Several of them may be
 * installed in one n8n.
 */
export function nodeName(words: string): string {
	const [only, ...others] = providers;
	const isNamed = only && others.length === 0 && only.name !== SERIES;
	return [SERIES, ...(isNamed ? [`(${only.name})`] : []), words].filter(Boolean).join(' ');
}

const SERIES = 'Seedance';
