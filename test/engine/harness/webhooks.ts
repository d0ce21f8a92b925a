import { ErrorReporter, HookContext, WAITING_TOKEN_QUERY_PARAM, WebhookContext } from 'n8n-core';
import { Container } from '@n8n/di';
import {
	type CloseFunction,
	createRunExecutionData,
	type INode,
	type INodeExecutionData,
	type IRunExecutionData,
	isNodeClassInstance,
	type IWebhookData,
	type IWebhookDescription,
	type IWebhookResponseData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	NodeHelpers,
	resolveWebhookDescriptionField,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import type { CredentialData } from './credentials.ts';
import type { Execution } from './execution.ts';
import { HttpError, type RecordedResponse, type WebhookRequest } from './http.ts';
import { plainError, type Runner } from './runner.ts';

/** All that a webhook method is called with. */
interface WebhookCall {
	workflow: Workflow;
	node: INode;
	webhook: IWebhookData;
	additionalData: IWorkflowExecuteAdditionalData;
	mode: WorkflowExecuteMode;
	/** The stored run of a waiting execution; null for a trigger. */
	data: IRunExecutionData | null;
	request: WebhookRequest;
	response: RecordedResponse;
	/** Runs the workflow with what the method returned. */
	go(items: INodeExecutionData[][], error: unknown): Promise<Execution>;
	answered?(): void;
}

/** A workflow with its triggers listening. */
export interface ActiveWorkflow {
	/** The production address of a trigger node. */
	url(nodeName: string): string;
	/** What its calls started. */
	executions: Array<Promise<Execution>>;
	deactivate(): Promise<void>;
}

interface RegisteredWebhook {
	workflow: IWorkflowBase;
	credentials: CredentialData;
	nodeName: string;
	webhook: IWebhookData;
	executions: Array<Promise<Execution>>;
}

/** What n8n's server does with calls to `/webhook-waiting` and `/webhook`. */
export class Webhooks {
	readonly #runner: Runner;
	readonly #resumeTokens: boolean;
	readonly #registered: RegisteredWebhook[] = [];

	constructor(runner: Runner, resumeTokens: boolean) {
		this.#runner = runner;
		this.#resumeTokens = resumeTokens;
	}

	/** Answers a call; resolves when what it started has ended or is suspended. */
	async receive(request: WebhookRequest, response: RecordedResponse): Promise<Execution | null> {
		try {
			const [, endpoint, ...path] = request.path.split('/').map(decodeURIComponent);
			const [id, suffix = '', ...rest] = path;
			if (endpoint === 'webhook-waiting' && id && rest.length === 0)
				return await this.#waiting(id, suffix, request, response);
			if (endpoint === 'webhook') return await this.#trigger(path.join('/'), request, response);
			throw new HttpError(404, `Cannot ${request.method} ${request.path}`);
		} catch (error) {
			const known = error instanceof HttpError;
			if (!known) Container.get(ErrorReporter).error(error);
			const message = error instanceof Error ? error.message : String(error);
			const body = { code: known ? error.status : 0, message };
			if (!response.headersSent) response.status(known ? error.status : 500).json(body);
			return null;
		}
	}

	async #waiting(
		id: string,
		pathSuffix: string,
		request: WebhookRequest,
		response: RecordedResponse,
	): Promise<Execution | null> {
		const runner = this.#runner;
		const stored = runner.executions.get(id);
		// A copy of its own for each call, as two processes have
		const data = stored && runner.load(stored);
		let suffix = pathSuffix;
		if (data?.resumeToken !== undefined) {
			const given = request.query[WAITING_TOKEN_QUERY_PARAM];
			const [token, ...path] = (typeof given === 'string' ? given : '').split('/');
			if (token !== data.resumeToken) {
				response.status(401).json({ error: 'Invalid token' });
				return null;
			}
			suffix ||= path.join('/');
		}
		if (stored === undefined || data === undefined)
			throw new HttpError(404, `The execution "${id}" does not exist.`);
		if (stored.status === 'running')
			throw new HttpError(409, `The execution "${id}" is running already.`);
		if (data.resultData.error !== undefined)
			throw new HttpError(409, `The execution "${id}" has finished with error.`);
		if (stored.status !== 'waiting')
			throw new HttpError(409, `The execution "${id}" has finished already.`);

		const [entry] = data.executionData?.nodeExecutionStack ?? [];
		const nodeName = data.resultData.lastNodeExecuted ?? '';
		const runs = data.resultData.runData[nodeName];
		if (entry === undefined || runs === undefined)
			throw new Error(
				'The suspended node put nothing out, so n8n does not know which node to call',
			);
		entry.node.disabled = true;
		data.waitTill = undefined;
		runs.pop();

		const workflow = runner.workflow(stored.workflow, stored.mode);
		const node = workflow.getNode(nodeName);
		const additionalData = runner.additionalData(stored);
		const webhook =
			node &&
			this.#webhooks(workflow, node, additionalData).find(
				({ httpMethod, path, webhookDescription }) =>
					httpMethod === request.method &&
					path === suffix &&
					webhookDescription.restartWebhook === true,
			);
		if (!webhook)
			throw new HttpError(
				404,
				`The workflow for execution "${id}" does not contain a waiting webhook with a matching path/method.`,
			);

		const go: WebhookCall['go'] = (items, error) => {
			runner.useDatabase();
			if (error !== undefined) failBefore(data, node, error);
			entry.data['main'] = items;
			if (this.#resumeTokens) {
				// 2.x only: the database lets one caller have it, and all outputs are passed on
				if (stored.status !== 'waiting')
					throw new Error('There was a problem executing the workflow', {
						cause: new Error(`Execution ${id} is already being resumed`),
					});
				entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
			}
			const current = runner.workflow(runner.withStaticData(stored.workflow), stored.mode);
			return runner.launch(stored, current, data, true);
		};
		const { mode } = stored;
		const asked = { request, response };
		return await this.#call({ ...asked, workflow, node, webhook, additionalData, mode, data, go });
	}

	/** Registers the webhooks of the workflow's trigger nodes, their `webhookMethods` called as on activation. */
	async activate(
		workflowData: IWorkflowBase,
		credentials: CredentialData,
	): Promise<ActiveWorkflow> {
		const runner = this.#runner;
		const workflow = runner.workflow(workflowData, 'trigger');
		const additionalData = runner.additionalData({ workflow: workflowData, credentials });
		const executions: ActiveWorkflow['executions'] = [];
		const mine = Object.values(workflow.nodes).flatMap((node) =>
			this.#webhooks(workflow, node, additionalData)
				.filter(({ webhookDescription }) => webhookDescription.restartWebhook !== true)
				.map((webhook): RegisteredWebhook => {
					return { workflow: workflowData, credentials, nodeName: node.name, webhook, executions };
				}),
		);
		if (mine.length === 0) throw new Error('The workflow has no trigger with a webhook');

		const hook = async (
			{ nodeName, webhook }: RegisteredWebhook,
			name: 'checkExists' | 'create' | 'delete',
		) => {
			const node = workflow.getNode(nodeName);
			if (node === null) return undefined;
			const type = runner.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
			const method = type.webhookMethods?.[webhook.webhookDescription.name]?.[name];
			const activation = name === 'delete' ? 'update' : 'activate';
			const result = await method?.call(
				new HookContext(workflow, node, additionalData, 'trigger', activation, webhook),
			);
			runner.saveStaticData(workflow);
			return result;
		};
		for (const each of mine) {
			this.#registered.push(each);
			if ((await hook(each, 'checkExists')) !== true) await hook(each, 'create');
		}
		return {
			url: (nodeName) => {
				const found = mine.find((each) => each.nodeName === nodeName);
				if (!found) throw new Error(`Node "${nodeName}" has no webhook`);
				return `${additionalData.webhookBaseUrl}/${found.webhook.path}`;
			},
			executions,
			deactivate: async () => {
				for (const each of mine) {
					await hook(each, 'delete');
					this.#registered.splice(this.#registered.indexOf(each), 1);
				}
			},
		};
	}

	async #trigger(
		path: string,
		request: WebhookRequest,
		response: RecordedResponse,
	): Promise<Execution | null> {
		const registered = this.#registered.find(
			({ webhook }) => webhook.path === path && webhook.httpMethod === request.method,
		);
		if (registered === undefined)
			throw new HttpError(
				404,
				`The requested webhook "${request.method} ${path}" is not registered.`,
			);
		const { credentials, webhook, executions } = registered;
		const runner = this.#runner;
		const mode = 'webhook';
		const workflowData = runner.withStaticData(registered.workflow);
		const workflow = runner.workflow(workflowData, mode);
		const node = workflow.getNode(registered.nodeName);
		if (node === null) throw new HttpError(404, 'Could not find node to process webhook.');

		const go: WebhookCall['go'] = (items, error) => {
			runner.useDatabase();
			const data = createRunExecutionData({
				executionData: { nodeExecutionStack: [{ node, data: { main: items }, source: null }] },
			});
			if (!this.#resumeTokens) delete data.resumeToken;
			if (error !== undefined) failBefore(data, node, error);
			const stored = runner.create(workflowData, { mode, credentials }, data);
			const started = runner.launch(stored, runner.workflow(workflowData, mode), data);
			executions.push(started);
			return started;
		};
		const additionalData = runner.additionalData({ workflow: workflowData, credentials });
		const answered = () => runner.saveStaticData(workflow);
		const asked = { request, response, data: null, answered };
		return await this.#call({ ...asked, workflow, node, webhook, additionalData, mode, go });
	}

	/** Calls the node's webhook method, answers the caller and runs what follows. */
	async #call(call: WebhookCall): Promise<Execution | null> {
		const { workflow, node, request, response } = call;
		const { webhookDescription } = call.webhook;
		const described = <T>(property: keyof IWebhookDescription, fallback: T): T =>
			describe(workflow, node, webhookDescription, property, fallback);
		const responseMode = described<string>('responseMode', 'onReceived');
		if (responseMode !== 'onReceived')
			throw new Error(`The engine harness has no response mode "${responseMode}"`);
		const responseCode = described('responseCode', 200);
		const responseData = described<string>('responseData', 'firstEntryJson');

		request.parseBody();
		call.additionalData.httpRequest = request;
		call.additionalData.httpResponse = response;
		let result: IWebhookResponseData;
		let failure: unknown;
		try {
			result = await this.#method(call);
		} catch (error) {
			// n8n goes on with one empty item
			Container.get(ErrorReporter).error(error);
			failure = error;
			const message = 'Workflow Webhook Error: Workflow could not be started!';
			response.status(500).json({ code: 0, message });
			result = { noWebhookResponse: true, workflowData: [[{ json: {} }]] };
		}

		// n8n 2.x answers and stores the static data when it has stored the execution, unless the node has answered
		// itself or starts nothing; 1.x always does both before.
		const answersLater =
			this.#resumeTokens && result.noWebhookResponse !== true && result.workflowData !== undefined;
		const reply = (body: unknown) => {
			call.answered?.();
			if (result.noWebhookResponse === true) return;
			response.status(responseCode);
			// Which throws after an answer.
			if (answersLater) response.setHeader('content-security-policy', 'sandbox');
			response.send(body);
		};
		if (result.workflowData === undefined) {
			reply(result.webhookResponse ?? { message: 'Webhook call received' });
			return null;
		}
		const standard: unknown = result.webhookResponse ?? { message: 'Workflow was started' };
		const body = responseData === 'noData' ? undefined : responseData || standard;
		if (!answersLater) reply(body);
		let started: Promise<Execution>;
		try {
			started = call.go(result.workflowData, failure);
		} catch (error) {
			Container.get(ErrorReporter).error(error);
			const message = 'There was a problem executing the workflow';
			if (answersLater) response.status(500).json({ code: 0, message });
			return null;
		}
		if (answersLater) reply(body);
		return await started;
	}

	async #method(call: WebhookCall): Promise<IWebhookResponseData> {
		const { workflow, node, additionalData, mode, webhook, data } = call;
		const nodeType = this.#runner.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		if (nodeType.webhook === undefined) throw new Error('Node does not have any webhooks defined');
		const closing: CloseFunction[] = [];
		const context = new WebhookContext(
			workflow,
			node,
			additionalData,
			mode,
			webhook,
			closing,
			data,
		);
		try {
			if (!isNodeClassInstance(nodeType)) return await nodeType.webhook.call(context);
			return (await nodeType.webhook?.(context)) ?? {};
		} finally {
			await Promise.allSettled(closing.map(async (close) => await close()));
		}
	}

	/** The webhooks that a node's description comes to, one per method. */
	#webhooks(
		workflow: Workflow,
		node: INode,
		additionalData: IWorkflowExecuteAdditionalData,
	): IWebhookData[] {
		if (node.disabled === true) return [];
		const { description } = this.#runner.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		return (description.webhooks ?? []).flatMap((webhookDescription) => {
			const described = <T>(property: keyof IWebhookDescription, fallback: T): T =>
				describe(workflow, node, webhookDescription, property, fallback);
			const path = NodeHelpers.getNodeWebhookPath(
				workflow.id,
				node,
				described('path', '').trim().replace(/^\//, '').replace(/\/$/, ''),
				described('isFullPath', false),
				described('restartWebhook', false),
			);
			return described<string>('httpMethod', 'GET')
				.split(',')
				.map((httpMethod) => ({
					httpMethod: httpMethod.trim() as IWebhookData['httpMethod'],
					node: node.name,
					path,
					webhookDescription,
					workflowId: workflow.id,
					workflowExecuteAdditionalData: additionalData,
				}));
		});
	}
}

/** A field of a webhook description, which may be an expression. */
function describe<T>(
	workflow: Workflow,
	node: INode,
	description: IWebhookDescription,
	property: keyof IWebhookDescription,
	fallback: T,
): T {
	const native = resolveWebhookDescriptionField(node, description, String(property));
	const value = native.resolved
		? native.value
		: workflow.expression.getSimpleParameterValue(
				node,
				description[property] as string | undefined,
				'internal',
				{},
			);
	return (value ?? fallback) as T;
}

/** A webhook method that throws costs the whole run: n8n wipes it and lets it end in error. */
function failBefore(data: IRunExecutionData, { name }: INode, error: unknown): void {
	data.resultData = { runData: {}, lastNodeExecuted: name, error: plainError(error) };
}
