// The node types of an installed n8n, and the problems that its editor would mark with a red triangle.
import { createRequire } from 'node:module';
import path from 'node:path';
import type {
	INode,
	INodeParameters,
	INodeProperties,
	INodeTypeDescription,
	NodeHelpers,
} from 'n8n-workflow';
import type { N8nApi } from './api.ts';
import { installFolder } from './paths.ts';

type Values = Record<string, unknown>;

/** A node in a workflow file, in the form that n8n's functions require. */
export type FileNode = INode & { parameters: INodeParameters };

export class NodeTypes {
	private readonly helpers: typeof NodeHelpers;
	private readonly descriptions: INodeTypeDescription[];

	private constructor(helpers: typeof NodeHelpers, descriptions: INodeTypeDescription[]) {
		this.helpers = helpers;
		this.descriptions = descriptions;
	}

	/** The node types that a running n8n sends to its editor: its own nodes, ours, and both as tools of an agent. */
	static async of(api: N8nApi): Promise<NodeTypes> {
		const { status, text } = await api.raw('GET', '/types/nodes.json');
		if (status !== 200) throw new Error(`n8n: the node types gave ${status}`);
		const fromInstall = createRequire(path.join(installFolder(api.version), 'package.json'));
		const workflow = fromInstall('n8n-workflow') as { NodeHelpers: typeof NodeHelpers };
		return new NodeTypes(workflow.NodeHelpers, JSON.parse(text) as INodeTypeDescription[]);
	}

	/** All problems of a node in a file, except credentials that still have to be chosen. */
	problemsOf(node: FileNode): string[] {
		const type = this.descriptionOf(node);
		if (!type) return [`there is no ${node.type} ${node.typeVersion}`];
		const values = this.valuesOf(node, type);
		const issues = this.helpers.getNodeParametersIssues(type.properties, node, type);
		return [
			...missingFrom(values, node.parameters).map(
				(name) => `has no parameter ${name}, or hides it`,
			),
			...this.wrongChoices(type.properties, values, { node, type, root: values }),
			...Object.values(issues?.parameters ?? {}).flat(),
		];
	}

	/** The types of the credentials that a node in a file needs. */
	credentialsOf(node: FileNode): string[] {
		const type = this.descriptionOf(node);
		if (!type) return [];
		const values = this.valuesOf(node, type);
		const own = (type.credentials ?? [])
			.filter((each) => this.helpers.displayParameter(values, each, node, type))
			.map(({ name }) => name);
		// For HTTP Request, n8n shows only the chosen one of the two.
		const chosen = values['genericAuthType'] ?? values['nodeCredentialType'];
		return typeof chosen === 'string' ? [...own, chosen] : own;
	}

	private descriptionOf({ type, typeVersion }: FileNode): INodeTypeDescription | undefined {
		return this.descriptions.find(
			({ name, version }) => name === type && [version].flat().includes(typeVersion),
		);
	}

	/** The parameters as n8n reads them: with the defaults, and without unknown or hidden ones. */
	private valuesOf(node: FileNode, type: INodeTypeDescription): INodeParameters {
		const { properties } = type;
		return (
			this.helpers.getNodeParameters(properties, node.parameters, true, false, node, type) ?? {}
		);
	}

	/** Values that their dropdowns do not offer. */
	private wrongChoices(
		properties: INodeProperties[],
		values: INodeParameters,
		context: { node: FileNode; type: INodeTypeDescription; root: INodeParameters },
	): string[] {
		const { node, type, root } = context;
		return Object.entries(values).flatMap(([name, value]) => {
			const shown = properties.filter(
				(each) =>
					each.name === name && this.helpers.displayParameter(values, each, node, type, root),
			);
			const inner = shown.flatMap((property) =>
				groupsIn(property, value).flatMap(([fields, group]) =>
					this.wrongChoices(fields, group, context),
				),
			);
			const offers = shown.map(choicesOf).filter((choices) => choices !== undefined);
			const isOpen =
				offers.length < shown.length || (typeof value === 'string' && value.startsWith('='));
			if (isOpen || offers.flat().includes(value)) return inner;
			return [...inner, `${name} has no choice ${JSON.stringify(value)}`];
		});
	}
}

/** Undefined if it is not a dropdown, or a dropdown that n8n fills with a request. */
function choicesOf({ type, options, typeOptions }: INodeProperties): unknown[] | undefined {
	if (type !== 'options' || typeOptions?.loadOptionsMethod || typeOptions?.loadOptions) {
		return undefined;
	}
	return options?.map((option) => ('value' in option ? option.value : undefined));
}

/** The content of a collection: fields with their values, once for each entry. */
function groupsIn(
	{ type, options = [] }: INodeProperties,
	value: unknown,
): Array<[INodeProperties[], INodeParameters]> {
	if (typeof value !== 'object' || value === null) return [];
	if (type === 'collection') return [[options as INodeProperties[], value as INodeParameters]];
	if (type !== 'fixedCollection') return [];
	return options.flatMap((group) => {
		if (!('values' in group)) return [];
		const entries = [(value as Values)[group.name] ?? []].flat() as INodeParameters[];
		return entries.map((entry): [INodeProperties[], INodeParameters] => [group.values, entry]);
	});
}

/** The paths that are in `given` but not in `known`. */
function missingFrom(known: unknown, given: unknown, at: string[] = []): string[] {
	if (known === undefined) return [at.join('.')];
	if (typeof given !== 'object' || given === null) return [];
	return Object.entries(given).flatMap(([name, value]) =>
		missingFrom((known as Values | null)?.[name], value, [...at, name]),
	);
}
