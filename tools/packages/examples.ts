import { NodeHelpers, type INodeProperties, type INodeParameters, type INode } from 'n8n-workflow';
import type { INodeTypeDescription } from 'n8n-workflow';
import { namesAnother } from './changelog.ts';
import type { PackageRow } from './list.ts';

export interface ExampleNode {
	type: string;
	typeVersion: number;
	name: string;
	parameters: Record<string, unknown>;
	credentials?: unknown;
}

export interface Example {
	name: string;
	nodes: ExampleNode[];
}

const MAIN = 'n8n-nodes-seedance.';

/** The operation of the action node that does what a node of the main package does. */
const OPERATIONS: Record<string, { resource: string; operation: string }> = {
	seedanceGenerateVideo: { resource: 'video', operation: 'generate' },
	seedanceCheckStatus: { resource: 'video', operation: 'get' },
	seedanceWaitForWebhook: { resource: 'video', operation: 'wait' },
	seedanceJoinVideos: { resource: 'video', operation: 'join' },
	seedanceCancelJob: { resource: 'video', operation: 'cancel' },
	seedanceGenerateImage: { resource: 'image', operation: 'generate' },
	seedanceGetCredits: { resource: 'account', operation: 'getCredits' },
};

/** What a package has: its nodes, by name. */
export type Descriptions = Record<string, INodeTypeDescription>;

/**
 * An example of the main package with the nodes of a package.
 *
 * @returns undefined if it is about another provider, or needs what this one does not have
 */
export function convertExample(
	example: Example,
	row: PackageRow,
	descriptions: Descriptions,
): Example | undefined {
	if (namesAnother(JSON.stringify(example), row)) return undefined;
	const nodes = example.nodes.map((node) => convertNode(node, row, descriptions));
	return nodes.some((node) => node === undefined)
		? undefined
		: { ...example, nodes: nodes as ExampleNode[] };
}

function convertNode(
	node: ExampleNode,
	row: PackageRow,
	descriptions: Descriptions,
): ExampleNode | undefined {
	if (!node.type.startsWith(MAIN)) return node;
	const name = node.type.slice(MAIN.length);
	const isTool = name.endsWith('Tool');
	const given = Object.fromEntries(
		Object.entries(node.parameters).filter(([parameter]) => parameter !== 'provider'),
	);
	if (name === 'seedanceTrigger') {
		const trigger = descriptions.seedanceTrigger;
		const type = `${row.name}.${name}`;
		return trigger && { ...node, type, parameters: fitting(trigger, node, given) };
	}
	const { seedance } = descriptions;
	const chosen = OPERATIONS[name.replace(/Tool$/, '')];
	if (!chosen || !seedance || !hasOperation(seedance, chosen)) return undefined;
	const type = `${row.name}.seedance${isTool ? 'Tool' : ''}`;
	const wanted = { ...chosen, ...inItsCurrency(given) };
	const parameters = fitting(seedance, node, wanted);
	// Without callbacks, the nodes after this one would wait for nothing.
	const isCalledBack = ['callback', 'resume'].includes(String(given.afterSubmit));
	if (isCalledBack && parameters.afterSubmit !== given.afterSubmit) return undefined;
	return { ...node, type, parameters };
}

const hasOperation = (
	{ properties }: INodeTypeDescription,
	{ resource, operation }: { resource: string; operation: string },
): boolean =>
	properties.some(
		({ name, displayOptions, options }) =>
			name === 'operation' &&
			displayOptions?.show?.resource?.includes(resource) === true &&
			options?.some((each) => 'value' in each && each.value === operation) === true,
	);

/** A limit in credits is offered in dollars as well. The form keeps the one that it has. */
function inItsCurrency(parameters: Record<string, unknown>): Record<string, unknown> {
	const options = { ...(parameters.options as Record<string, unknown> | undefined) };
	if (typeof options.maxCredits === 'number') options.maxCostUsd = options.maxCredits / 100;
	if (typeof options.monthlyCreditBudget === 'number')
		options.monthlyBudgetUsd = options.monthlyCreditBudget / 100;
	return parameters.options ? { ...parameters, options } : parameters;
}

/** Leaves out what the form does not have or does not allow, so that its default takes the place. */
function fitting(
	description: INodeTypeDescription,
	node: ExampleNode,
	given: Record<string, unknown>,
): Record<string, unknown> {
	let parameters = given;
	// A value that is left out can change which fields there are.
	for (let changed = true; changed; ) {
		const visible = description.properties.filter(shownIn(description, node, parameters));
		const kept = Object.entries(parameters).filter(([name, value]) =>
			visible.some((property) => property.name === name && allows(property, value)),
		);
		changed = kept.length < Object.keys(parameters).length;
		parameters = Object.fromEntries(kept);
	}
	const shown = shownIn(description, node, parameters);
	const options = description.properties.find(
		(property) => property.name === 'options' && shown(property),
	);
	if (!parameters.options || !options) return parameters;
	const offered = (options.options as INodeProperties[]).filter(shown);
	const kept = Object.entries(parameters.options).filter(([name, value]) =>
		offered.some((option) => option.name === name && allows(option, value)),
	);
	return { ...parameters, options: Object.fromEntries(kept) };
}

/** Whether n8n shows a field, or an option of a collection, when the node has these parameters. */
function shownIn(
	description: INodeTypeDescription,
	node: ExampleNode,
	parameters: Record<string, unknown>,
): (property: INodeProperties) => boolean {
	const whole = { ...node, parameters: parameters as INodeParameters } as unknown as INode;
	const { properties } = description;
	const filled =
		NodeHelpers.getNodeParameters(properties, whole.parameters, true, false, whole, description) ??
		{};
	return (property) => NodeHelpers.displayParameter(filled, property, whole, description, filled);
}

const isExpression = (value: unknown): boolean =>
	typeof value === 'string' && value.startsWith('=');

function allows({ type, options, typeOptions = {} }: INodeProperties, value: unknown): boolean {
	if (isExpression(value)) return true;
	if (type === 'options') {
		return (options ?? []).some((each) => 'value' in each && each.value === value);
	}
	if (type !== 'number') return true;
	const { minValue = -Infinity, maxValue = Infinity } = typeOptions;
	return typeof value === 'number' && minValue <= value && value <= maxValue;
}
