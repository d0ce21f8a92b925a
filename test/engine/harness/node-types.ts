import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type INodeTypes,
	type IVersionedNodeType,
	NodeConnectionTypes,
	NodeHelpers,
} from 'n8n-workflow';

export type NodeClass = new () => INodeType | IVersionedNodeType;

/** The part of a node description that the harness' own nodes share. */
export const describeNode = (
	name: string,
	more: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: `${name} of the engine harness`,
	defaults: { name },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	properties: [],
	...more,
});

/** Starts a workflow with the items given to `run`. */
export class StartNode implements INodeType {
	description = describeNode('start', {
		group: ['trigger'],
		inputs: [],
		version: [1, 1.1, 1.2, 1.3],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await Promise.resolve([this.getInputData()]);
	}
}

/** Passes its items through. */
export class NoOpNode implements INodeType {
	description = describeNode('noOp');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await Promise.resolve([this.getInputData()]);
	}
}

const builtIn: Record<string, NodeClass> = {
	'n8n-nodes-base.manualTrigger': StartNode,
	'n8n-nodes-base.scheduleTrigger': StartNode,
	'n8n-nodes-base.noOp': NoOpNode,
	'n8n-nodes-base.stickyNote': NoOpNode,
};

export class TestNodeTypes implements INodeTypes {
	readonly #types: ReadonlyMap<string, INodeType | IVersionedNodeType>;

	constructor(classes: Record<string, NodeClass>) {
		this.#types = new Map(
			Object.entries({ ...builtIn, ...classes }).map(([name, NodeType]) => [name, new NodeType()]),
		);
	}

	getByName(name: string): INodeType | IVersionedNodeType {
		const type = this.#types.get(name);
		if (type === undefined)
			throw new Error(`Node type "${name}" was not given to the engine (option nodeTypes)`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes(): IDataObject {
		return Object.fromEntries([...this.#types.keys()].map((name) => [name, {}]));
	}
}
