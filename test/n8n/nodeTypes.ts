// What an installed n8n says about its nodes, and what its editor would mark with a red triangle.
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

/** A node's place in a file, as the functions of n8n want it. */
export type FileNode = INode & { parameters: INodeParameters };

export class NodeTypes {
	private readonly helpers: typeof NodeHelpers;
	private readonly descriptions: INodeTypeDescription[];

	private constructor(helpers: typeof NodeHelpers, descriptions: INodeTypeDescription[]) {
		this.helpers = helpers;
		this.descriptions = descriptions;
	}

	/** What a running n8n tells its editor: its own nodes, ours, and both as tools of an agent. */
	static async of(api: N8nApi): Promise<NodeTypes> {
		const { status, text } = await api.raw('GET', '/types/nodes.json');
		if (status !== 200) throw new Error(`n8n: the node types gave ${status}`);
		const fromInstall = createRequire(path.join(installFolder(api.version), 'package.json'));
		const workflow = fromInstall('n8n-workflow') as { NodeHelpers: typeof NodeHelpers };
		return new NodeTypes(workflow.NodeHelpers, JSON.parse(text) as INodeTypeDescription[]);
	}

	/** Everything that is wrong with a node of a file, but for credentials that are still to be chosen. */
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

	/** The credentials that a node of a file needs, by their types. */
	credentialsOf(node: FileNode): string[] {
		const type = this.descriptionOf(node);
		if (!type) return [];
		const values = this.valuesOf(node, type);
		const own = (type.credentials ?? [])
			.filter((each) => this.helpers.displayParameter(values, each, node, type))
			.map(({ name }) => name);
		// Of HTTP Request n8n shows only the one of the two that is chosen.
		const chosen = values['genericAuthType'] ?? values['nodeCredentialType'];
		return typeof chosen === 'string' ? [...own, chosen] : own;
	}

	private descriptionOf({ type, typeVersion }: FileNode): INodeTypeDescription | undefined {
		return this.descriptions.find(
			({ name, version }) => name === type && [version].flat().includes(typeVersion),
		);
	}

	/** As n8n reads them: with the defaults, and without what it does not know or does not show. */
	private valuesOf(node: FileNode, type: INodeTypeDescription): INodeParameters {
		const { properties } = type;
		return (
			this.helpers.getNodeParameters(properties, node.parameters, true, false, node, type) ?? {}
		);
	}

	/** Values of dropdowns that these do not offer. */
	private wrongChoices(
		properties: INodeProperties[],
		values: INodeParameters,
		place: { node: FileNode; type: INodeTypeDescription; root: INodeParameters },
	): string[] {
		const { node, type, root } = place;
		return Object.entries(values).flatMap(([name, value]) => {
			const shown = properties.filter(
				(each) =>
					each.name === name && this.helpers.displayParameter(values, each, node, type, root),
			);
			const inner = shown.flatMap((property) =>
				groupsIn(property, value).flatMap(([fields, group]) =>
					this.wrongChoices(fields, group, place),
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

/** Undefined where it is no dropdown, or one that n8n fills by a request. */
function choicesOf({ type, options, typeOptions }: INodeProperties): unknown[] | undefined {
	if (type !== 'options' || typeOptions?.loadOptionsMethod || typeOptions?.loadOptions) {
		return undefined;
	}
	return options?.map((option) => ('value' in option ? option.value : undefined));
}

/** What lies within a collection: fields with their values, once for each entry. */
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

/** The paths that stand in `given` and not in `known`. */
function missingFrom(known: unknown, given: unknown, at: string[] = []): string[] {
	if (known === undefined) return [at.join('.')];
	if (typeof given !== 'object' || given === null) return [];
	return Object.entries(given).flatMap(([name, value]) =>
		missingFrom((known as Values | null)?.[name], value, [...at, name]),
	);
}
