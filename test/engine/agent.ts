/** An agent that calls its one tool as it is told, by n8n's own function for that: what Agent 1.x and 2.x do. */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	NodeConnectionTypes,
	NodeOperationError,
} from 'n8n-workflow';
import { describeNode, type NodeClass } from './harness/index.ts';

interface Tool {
	invoke(args: object): Promise<string>;
}

const callsOf = (calls: unknown): object[] =>
	(typeof calls === 'string' ? JSON.parse(calls) : calls) as object[];

/** One call for each of `calls` of every item. How: one after the other, at once, or at once with a tool for each item. */
export type CallOrder = 'inTurn' | 'atOnce' | 'atOnceByItem';

/** What a tool has thrown, or has answered instead. */
const FAILED = /^(Error: |\[\{"error":)/;

export class AgentNode implements INodeType {
	description = describeNode('agent', {
		inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
		properties: [
			{ displayName: 'Calls', name: 'calls', type: 'json', default: '[]' },
			{ displayName: 'Order', name: 'order', type: 'string', default: 'inTurn' },
			{ displayName: 'Strict', name: 'strict', type: 'boolean', default: false },
		],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const order = this.getNodeParameter('order', 0) as CallOrder;
		const calls = this.getInputData().flatMap((_, index) =>
			callsOf(this.getNodeParameter('calls', index)).map((args) => ({ args, index })),
		);
		const toolOf = async (index: number) =>
			((await this.getInputConnectionData(NodeConnectionTypes.AiTool, index)) as Tool[])[0]!;
		const shared = await toolOf(0);
		const tools = await Promise.all(
			calls.map(async ({ index }) => (order === 'atOnceByItem' ? await toolOf(index) : shared)),
		);
		const answers: string[] = [];
		const call = async (n: number) => {
			answers[n] = await tools[n]!.invoke(calls[n]!.args).catch(
				(error: unknown) => `Error: ${String((error as Error).message)}`,
			);
		};
		if (order === 'inTurn') for (const n of calls.keys()) await call(n);
		else await Promise.all([...calls.keys()].map(call));
		const isStrict = this.getNodeParameter('strict', 0) === true;
		if (isStrict && answers.some((answer) => FAILED.test(answer)))
			throw new NodeOperationError(this.getNode(), answers.join(' | '));
		return [
			answers.map((answer, item) => ({
				json: { answer },
				pairedItem: { item: calls[item]!.index },
			})),
		];
	}
}

/** A node as n8n offers it to agents. */
export const asTool = (Node: new () => INodeType): NodeClass =>
	class implements INodeType {
		readonly #node = new Node();
		description = {
			...this.#node.description,
			name: `${this.#node.description.name}Tool`,
			inputs: [],
			outputs: [NodeConnectionTypes.AiTool],
			properties: [
				...this.#node.description.properties,
				{
					displayName: 'Description',
					name: 'toolDescription',
					type: 'string' as const,
					default: 'x',
				},
			],
		};

		async execute(this: IExecuteFunctions) {
			return await new Node().execute!.call(this);
		}
	};
