// Shared code for the tests of tools: AI Agents with a scripted model, and Generate Video as their tool.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { openModel } from '../standins/model.ts';
import type { Script } from '../standins/model.ts';
import type { StandIn } from '../standins/standin.ts';
import { runManually } from './examples.ts';

/** Limits that are never reached. */
export const LIMITS = { requestsPerMinute: 6_000, maxConcurrentJobs: 100 };
const MODEL_KEY = 'sk-none';

type Node = Record<string, unknown> & { name: string; type: string };

/** The tool calls of one turn: the text of each call. */
type Turn = string[];

export interface AgentOptions {
	/** Options of the agent. */
	options?: object;
	/** Settings of the tool's node. */
	tool?: object;
	/** Parameters of the tool that differ from the usual ones. */
	parameters?: object;
	/** The type version of an AI Agent Tool between the agent and the tool. */
	subAgent?: number | undefined;
}

export interface Agents {
	/** Runs Generate Video with one item for each prompt. */
	generate(prompts: string[], parameters?: object): Promise<Execution>;
	/** Runs an agent that makes these calls for each item, turn by turn. */
	ask(version: number, items: Turn[][], options?: AgentOptions): Promise<Execution>;
	/** The button "Retry" in the list of executions. */
	retry(execution: Execution): Promise<Execution>;
	/** The model fails once, when it receives the result of the call with this prompt. */
	breakModelAfter(prompt: string): void;
	close(): Promise<void>;
}

/** The answers of the tool, call by call, for each item of the agent. */
export function answersIn(execution: Execution): string[][] {
	assert.equal(execution.status, 'success', execution.error?.message);
	return itemsOf(execution, 'Agent').map(
		({ json }) => JSON.parse(String(json['output'])) as string[],
	);
}

export async function openAgents(stage: Stage): Promise<Agents> {
	const breaks = new Set<string>();
	const model = await openModel(MODEL_KEY, scriptOf(breaks));
	const credentials = await credentialsFor(stage, model);
	const ours = { typeVersion: 1, credentials };
	return {
		generate: (prompts, parameters) => {
			const node = { ...ours, ...videoNode('seedanceGenerateVideo', '$json.prompt', parameters) };
			return run(
				stage,
				prompts.map((prompt) => ({ prompt })),
				[node],
				{},
			);
		},
		ask: (version, items, { options = {}, tool = {}, parameters, subAgent } = {}) => {
			const prompt = "$fromAI('prompt', 'What is to be seen', 'string')";
			const nodes = [
				agentNode('agent', version, '$json.ask', options),
				{ ...ours, ...videoNode('seedanceGenerateVideoTool', prompt, parameters), ...tool },
				{ ...MODEL_NODE, credentials },
				...(subAgent
					? [agentNode('agentTool', subAgent, "$fromAI('text', 'Calls', 'string')")]
					: []),
			];
			const asks = items.map((turns) => ({ ask: JSON.stringify(turns) }));
			return run(stage, asks, nodes, {
				Model: { ai_languageModel: ['Agent', ...(subAgent ? ['Sub-Agent'] : [])] },
				'Generate Video': { ai_tool: [subAgent ? 'Sub-Agent' : 'Agent'] },
				...(subAgent ? { 'Sub-Agent': { ai_tool: ['Agent'] } } : {}),
			});
		},
		retry: async ({ id }) => {
			const path = `/rest/executions/${id}/retry`;
			const again = await stage.api.request('POST', path, { loadWorkflow: false });
			return stage.api.getExecution((again as { id: string }).id);
		},
		breakModelAfter: (prompt) => void breaks.add(prompt),
		close: () => model.close(),
	};
}

/** The model receives the turns as its question, and answers with everything that its tool has returned. */
const scriptOf =
	(breaks: Set<string>): Script =>
	(results, { messages, tools: [tool] = [] }) => {
		const question = messages
			.flatMap((each) => (each.role === 'user' ? [each.content] : []))
			.at(-1)!;
		const broken = [...breaks].find((prompt) => results.length > 0 && question.includes(prompt));
		if (broken && breaks.delete(broken)) throw new Error('The model is broken');
		const { name = '', parameters } = tool?.function ?? {};
		const [field = ''] = Object.keys(parameters?.properties ?? {});
		let calls = 0;
		for (const turn of JSON.parse(question) as Turn[]) {
			if (calls === results.length) return turn.map((text) => [name, { [field]: text }]);
			calls += turn.length;
		}
		return JSON.stringify(results);
	};

async function credentialsFor({ api, sandbox }: Stage, model: StandIn) {
	const types = {
		seedanceApi: { ...sandbox.credentialOf('seedance'), ...LIMITS },
		segmindApi: { ...sandbox.credentialOf('segmind'), ...LIMITS },
		openAiApi: { apiKey: MODEL_KEY, url: `${model.url}/v1` },
	};
	const stored = Object.entries(types).map(async ([type, data]) => {
		const id = await api.createCredential(type, type, data);
		return [type, { id, name: type }] as const;
	});
	return Object.fromEntries(await Promise.all(stored));
}

const videoNode = (type: string, prompt: string, parameters: object = {}): Node => ({
	name: 'Generate Video',
	type: `n8n-nodes-seedance.${type}`,
	parameters: {
		provider: 'seedance',
		model: 'seedance-2.0',
		mode: 'textToVideo',
		duration: 4,
		prompt: `={{ ${prompt} }}`,
		afterSubmit: 'return',
		...parameters,
	},
});

const agentNode = (type: string, typeVersion: number, text: string, options = {}): Node => ({
	name: type === 'agent' ? 'Agent' : 'Sub-Agent',
	type: `@n8n/n8n-nodes-langchain.${type}`,
	typeVersion,
	parameters: { promptType: 'define', text: `={{ ${text} }}`, options },
});

const MODEL_NODE: Node = {
	name: 'Model',
	type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
	typeVersion: 1.2,
	parameters: { model: { __rl: true, mode: 'list', value: 'gpt-4.1-mini' }, options: {} },
};

/** Runs Start → Items → the first of these nodes. `links` connects the other nodes to it. */
async function run(
	stage: Stage,
	items: object[],
	nodes: Node[],
	links: Record<string, Record<string, string[]>>,
): Promise<Execution> {
	const start = {
		name: 'Start',
		type: '@n8n/n8n-nodes-langchain.chatTrigger',
		typeVersion: 1.1,
		webhookId: randomUUID(),
		parameters: { options: {} },
	};
	const split = {
		name: 'Items',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'list', options: {} },
	};
	const linked = { Start: { main: ['Items'] }, Items: { main: [nodes[0]!.name] }, ...links };
	const connections = Object.entries(linked).map(([from, byType]) => [
		from,
		Object.fromEntries(
			Object.entries(byType).map(([type, to]) => [
				type,
				[to.map((node) => ({ node, type, index: 0 }))],
			]),
		),
	]);
	const workflow = await stage.api.createWorkflow({
		name: randomUUID(),
		nodes: [start, split, ...nodes].map((node, index) => ({
			...node,
			id: randomUUID(),
			position: [index * 200, 0],
		})),
		connections: Object.fromEntries(connections) as Record<string, unknown>,
		settings: { executionOrder: 'v1' },
	});
	const output = { list: items };
	return runManually(stage, workflow, 'Start', { output });
}
