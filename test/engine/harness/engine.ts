import { acquireRuntime, type LogLine } from './runtime.ts';
import { Container } from '@n8n/di';
import { parse, stringify } from 'flatted';
import {
	BinaryDataService,
	ErrorReporter,
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	WAITING_TOKEN_QUERY_PARAM,
	WebhookContext,
	WorkflowExecute,
	WorkflowHasIssuesError,
} from 'n8n-core';
import {
	type CloseFunction,
	createRunExecutionData,
	deepCopy,
	type ExecutionError,
	type IBinaryData,
	type IConnections,
	type ICredentialType,
	type IDataObject,
	type INode,
	type INodeCredentials,
	type INodeExecutionData,
	type IRun,
	type IRunExecutionData,
	isNodeClassInstance,
	type IWebhookData,
	type IWebhookDescription,
	type IWebhookResponseData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	ManualExecutionCancelledError,
	NodeHelpers,
	resolveWebhookDescriptionField,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
	type CredentialClass,
	type CredentialData,
	findCredential,
	TestCredentialsHelper,
} from './credentials.ts';
import { type CallbackOptions, type CallbackResult, Execution } from './execution.ts';
import { HttpError, type RawRequest, RecordedResponse, WebhookRequest } from './http.ts';
import { type NodeClass, TestNodeTypes } from './node-types.ts';

/** A workflow as n8n exports it; an imported .json fits. */
export interface WorkflowJson {
	id?: string;
	name?: string;
	nodes: Array<{
		name: string;
		type: string;
		typeVersion?: number;
		id?: string;
		position?: number[];
		parameters?: object;
		credentials?: object;
		disabled?: boolean;
		retryOnFail?: boolean;
		maxTries?: number;
		waitBetweenTries?: number;
		onError?: string;
		executeOnce?: boolean;
		alwaysOutputData?: boolean;
	}>;
	connections: Record<string, Record<string, Array<Array<Connection> | null>>>;
	settings?: object;
	pinData?: object;
	staticData?: object | null;
}

interface Connection {
	node: string;
	type: string;
	index: number;
}

export interface EngineOptions {
	/** Node classes by the type name in workflows, e.g. `n8n-nodes-seedance.seedanceGenerateVideo`. */
	nodeTypes: Record<string, NodeClass>;
	credentialTypes?: CredentialClass[];
	/** Credentials of all runs; those of a run come on top. */
	credentials?: CredentialData;
	/** true (n8n 2.x): the resume address carries a token and one callback resumes. false: as in n8n 1.x. */
	resumeTokens?: boolean;
}

export interface RunOptions {
	/** Items for the start node, one empty item unless told. */
	input?: INodeExecutionData[];
	credentials?: CredentialData;
	executionId?: string;
	/** `trigger` (a production execution) unless told. `manual` uses pinned data and keeps no static data. */
	mode?: WorkflowExecuteMode;
	/** Name of the node to start from: the first trigger unless told. */
	startNode?: string;
}

/** A call that reached the resume address over HTTP or by `deliverCallback`. */
export interface ReceivedCallback {
	executionId: string;
	method: string;
	url: string;
	httpStatus: number | null;
}

interface CancelableRun extends Promise<IRun> {
	cancel(): void;
}

/** A row of n8n's execution table, and what is running of it. */
interface StoredExecution {
	id: string;
	mode: WorkflowExecuteMode;
	status: IRun['status'];
	workflow: IWorkflowBase;
	credentials: CredentialData;
	/** Run data, flattened. */
	data: string;
	startedAt: Date;
	running: Set<CancelableRun>;
	continuations: number;
	latest?: Execution;
}

interface StartedExecution {
	id: string;
	/** When the run has ended or is suspended. Also after a cancel: when the node has really returned. */
	done: Promise<Execution>;
	cancel(): void;
}

const notSupported = (what: string) => () => {
	throw new Error(`The engine harness has no ${what}`);
};

/** n8n 2.40's engine and its handling of waiting executions, with a Map for a database. */
export class Engine {
	/** All that went to n8n's logger while this engine was open. */
	readonly logs: LogLine[] = [];
	/** Every call to a resume address, in the order in which they were answered. */
	readonly callbacks: ReceivedCallback[] = [];
	readonly #nodeTypes: TestNodeTypes;
	readonly #credentialTypes: ReadonlyMap<string, ICredentialType>;
	readonly #credentials: CredentialData;
	readonly #resumeTokens: boolean;
	readonly #executions = new Map<string, StoredExecution>();
	readonly #staticData = new Map<string, IDataObject>();
	readonly #settled = new EventTarget();
	#server: Server | undefined;
	#release: (() => void) | undefined;
	#nextId = 1;

	constructor(options: EngineOptions) {
		this.#nodeTypes = new TestNodeTypes(options.nodeTypes);
		const types = (options.credentialTypes ?? []).map((CredentialType) => new CredentialType());
		this.#credentialTypes = new Map(types.map((type) => [type.name, type]));
		this.#credentials = options.credentials ?? {};
		this.#resumeTokens = options.resumeTokens ?? true;
	}

	async open(): Promise<this> {
		this.#release = await acquireRuntime(this.logs);
		const server = createServer((req, res) => {
			void (async () => {
				const { method = 'GET', url = '/', headers } = req;
				const response = new RecordedResponse();
				void this.#receive({ method, url, headers, rawBody: await buffer(req) }, response);
				await response.sent;
				res.writeHead(response.statusCode, response.headers).end(response.rawBody);
			})();
		});
		this.#server = server;
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	/** Stops what still runs, closes the listener, removes the binary data. */
	async close(): Promise<void> {
		const runs = [...this.#executions.values()].flatMap(({ running }) => [...running]);
		for (const run of runs) run.cancel();
		await Promise.allSettled(runs);
		const server = this.#server;
		this.#server = undefined;
		if (server !== undefined) {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
		this.#release?.();
		this.#release = undefined;
	}

	get baseUrl(): string {
		if (this.#server === undefined) throw new Error('The engine is closed');
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Runs a workflow until it ends or is suspended. */
	async run(workflow: WorkflowJson, options: RunOptions = {}): Promise<Execution> {
		return await this.start(workflow, options).done;
	}

	/** Starts a workflow without waiting for it. */
	start(workflowJson: WorkflowJson, options: RunOptions = {}): StartedExecution {
		const id = options.executionId ?? String(this.#nextId++);
		if (this.#executions.has(id)) throw new Error(`Execution "${id}" exists already`);
		const mode = options.mode ?? 'trigger';
		const credentials = { ...this.#credentials, ...options.credentials };
		const workflowData = this.#workflowData(workflowJson, credentials);
		const workflow = this.#workflow(workflowData, mode);
		const node = this.#startNode(workflow, options.startNode);
		const data = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [
					{ node, data: { main: [options.input ?? [{ json: {} }]] }, source: null },
				],
			},
			resultData: { pinData: mode === 'manual' ? workflowData.pinData : undefined },
		});
		if (!this.#resumeTokens) delete data.resumeToken;

		const stored: StoredExecution = {
			id,
			mode,
			status: 'new',
			workflow: workflowData,
			credentials,
			data: stringify(data),
			startedAt: new Date(),
			running: new Set(),
			continuations: 0,
		};
		this.#executions.set(id, stored);
		return { id, done: this.#launch(stored, workflow, data), cancel: () => this.cancel(id) };
	}

	/** Resolves when the execution has come to an end (or has the given status). */
	async waitFor(
		id: string,
		{ status, timeoutMs = 10_000 }: { status?: IRun['status']; timeoutMs?: number } = {},
	): Promise<Execution> {
		const reached = (): Execution | undefined => {
			const { latest, running } = this.#stored(id);
			if (latest === undefined || running.size > 0) return undefined;
			const wanted = status === undefined ? latest.status !== 'waiting' : latest.status === status;
			return wanted ? latest : undefined;
		};
		return await new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#settled.removeEventListener('settled', check);
				const { status: now } = this.#stored(id);
				const wanted = status ?? 'at an end';
				reject(new Error(`Execution ${id} is ${now} after ${timeoutMs} ms, not ${wanted}`));
			}, timeoutMs);
			const check = () => {
				const execution = reached();
				if (execution === undefined) return;
				clearTimeout(timer);
				this.#settled.removeEventListener('settled', check);
				resolve(execution);
			};
			this.#settled.addEventListener('settled', check);
			check();
		});
	}

	/** The Stop button: for a running execution the cancel signal of its node fires. */
	cancel(id: string): void {
		const stored = this.#stored(id);
		if (stored.running.size > 0) {
			for (const run of stored.running) run.cancel();
		} else if (stored.status === 'waiting') {
			const data = parse(stored.data) as IRunExecutionData;
			data.resultData.error = plainError(new ManualExecutionCancelledError(id));
			delete data.waitTill;
			this.#store(stored, 'canceled', data);
			stored.latest = this.#snapshot(stored, { status: 'canceled' }, data);
			this.#settled.dispatchEvent(new Event('settled'));
		}
	}

	/** How often something followed a suspension of this execution. */
	continuations(id: string): number {
		return this.#stored(id).continuations;
	}

	resumeUrl(id: string): string {
		const { resumeToken } = parse(this.#stored(id).data) as IRunExecutionData;
		const url = new URL(`${this.baseUrl}/webhook-waiting/${id}`);
		if (resumeToken !== undefined) url.searchParams.set(WAITING_TOKEN_QUERY_PARAM, resumeToken);
		return url.toString();
	}

	async readBinary(binary: IBinaryData | undefined): Promise<Buffer> {
		if (binary === undefined) throw new Error('There is no such binary');
		return await Container.get(BinaryDataService).getAsBuffer(binary);
	}

	/** Stores a binary for an input item, on disk as n8n does. */
	async writeBinary(
		data: Buffer,
		{ fileName, mimeType }: { fileName: string; mimeType: string },
	): Promise<IBinaryData> {
		const location = { type: 'execution', workflowId: 'input', executionId: 'input' } as const;
		const binary: IBinaryData = { data: '', fileName, mimeType };
		return await Container.get(BinaryDataService).store(location, data, binary);
	}

	/** @see Execution.deliverCallback */
	async deliverCallback(id: string, options: CallbackOptions = {}): Promise<CallbackResult> {
		const url = new URL(options.url ?? this.resumeUrl(id));
		if (options.url === undefined) {
			if (options.signed === false) url.searchParams.delete(WAITING_TOKEN_QUERY_PARAM);
			if (options.pathSuffix) url.pathname += `/${options.pathSuffix.replace(/^\//, '')}`;
			for (const [name, value] of Object.entries(options.query ?? {}))
				url.searchParams.set(name, value);
		}
		const { body } = options;
		const response = new RecordedResponse();
		const resumed = await this.#receive(
			{
				method: options.method ?? 'POST',
				url: url.pathname + url.search,
				headers: { host: url.host, 'content-type': 'application/json', ...options.headers },
				rawBody:
					typeof body === 'string' || Buffer.isBuffer(body)
						? Buffer.from(body)
						: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
			},
			response,
		);
		return {
			httpStatus: response.writableEnded ? response.statusCode : null,
			responseBody: response.body,
			responseHeaders: response.headers,
			resumed,
		};
	}

	/** @see Execution.wakeByTime */
	async wakeByTime(id: string): Promise<Execution> {
		const stored = this.#stored(id);
		if (stored.status !== 'waiting')
			throw new Error(`Execution ${id} is ${stored.status}, not waiting`);
		const data = parse(stored.data) as IRunExecutionData;
		const workflow = this.#workflow(deepCopy(stored.workflow), stored.mode);
		return await this.#launch(stored, workflow, data, true);
	}

	// What runs

	#workflowData(json: WorkflowJson, credentials: CredentialData): IWorkflowBase {
		const copy = deepCopy(json) as Partial<IWorkflowBase>;
		const id = json.id ?? json.name ?? 'workflow';
		return {
			name: id,
			...copy,
			id,
			active: true,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
			activeVersionId: 'active',
			nodes: (copy.nodes ?? []).map((node, index) => this.#node(node, index, credentials)),
			connections: copy.connections ?? ({} as IConnections),
			staticData: deepCopy(this.#staticData.get(id)) ?? copy.staticData ?? undefined,
		};
	}

	/** Exported workflows name no credential that exists here: every node gets those of the test that its type uses. */
	#node(node: INode, index: number, credentials: CredentialData): INode {
		const type = this.#nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const attached: INodeCredentials = { ...node.credentials };
		for (const { name } of type.description.credentials ?? [])
			if (findCredential(credentials, name) !== undefined)
				attached[name] ??= { id: `${name}-id`, name: `${name} of the test` };
		return {
			...node,
			id: node.id ?? `node-${index}`,
			typeVersion: node.typeVersion ?? 1,
			position: node.position ?? [index * 200, 0],
			parameters: node.parameters ?? {},
			...(Object.keys(attached).length > 0 && { credentials: attached }),
		};
	}

	#workflow(data: IWorkflowBase, mode: WorkflowExecuteMode): Workflow {
		return new Workflow({
			id: data.id,
			name: data.name,
			nodes: data.nodes,
			connections: data.connections,
			active: data.active,
			nodeTypes: this.#nodeTypes,
			staticData: data.staticData,
			settings: data.settings,
			pinData: mode === 'manual' ? data.pinData : undefined,
		});
	}

	#startNode(workflow: Workflow, name: string | undefined): INode {
		const isTrigger = (node: INode) =>
			this.#nodeTypes
				.getByNameAndVersion(node.type, node.typeVersion)
				.description.group.includes('trigger');
		const node =
			name === undefined
				? Object.values(workflow.nodes).find((each) => each.disabled !== true && isTrigger(each))
				: workflow.getNode(name);
		if (!node)
			throw new Error(`The workflow has no ${name === undefined ? 'trigger' : `node "${name}"`}`);
		return node;
	}

	#additionalData(stored: StoredExecution): IWorkflowExecuteAdditionalData {
		const base = this.baseUrl;
		return {
			currentNodeExecutionIndex: 0,
			credentialsHelper: new TestCredentialsHelper(this.#credentialTypes, stored.credentials),
			executionId: stored.id,
			workflowId: stored.workflow.id,
			workflowSettings: stored.workflow.settings,
			restApiUrl: `${base}/rest`,
			instanceBaseUrl: `${base}/`,
			formBaseUrl: `${base}/form`,
			formWaitingBaseUrl: `${base}/form-waiting`,
			formTestBaseUrl: `${base}/form-test`,
			webhookBaseUrl: `${base}/webhook`,
			webhookWaitingBaseUrl: `${base}/webhook-waiting`,
			webhookTestBaseUrl: `${base}/webhook-test`,
			mcpBaseUrl: `${base}/mcp`,
			mcpTestBaseUrl: `${base}/mcp-test`,
			variables: {},
			externalSecretsProxy: Container.get(ExternalSecretsProxy),
			setExecutionStatus: () => undefined,
			logAiEvent: () => undefined,
			getRunExecutionData: (id) =>
				Promise.resolve(parse(this.#stored(id).data) as IRunExecutionData),
			getRuntimeCredential: () => Promise.resolve(undefined),
			executeWorkflow: notSupported('sub-workflows'),
			startRunnerTask: notSupported('task runners'),
		};
	}

	/** What n8n's workflow runner does with an execution that is new or to be resumed. */
	async #launch(
		stored: StoredExecution,
		workflow: Workflow,
		data: IRunExecutionData,
		resumes = false,
	): Promise<Execution> {
		const additionalData = this.#additionalData(stored);
		if (resumes) {
			additionalData.restartExecutionId = stored.id;
			stored.continuations++;
		}
		const seconds = stored.workflow.settings?.executionTimeout ?? 0;
		if (seconds > 0) additionalData.executionTimeoutTimestamp = Date.now() + seconds * 1000;
		const hooks = new ExecutionLifecycleHooks(stored.mode, stored.id, stored.workflow);
		hooks.addHandler('workflowExecuteAfter', (run, staticData) => {
			run.status = finalStatus(run);
			stored.workflow.staticData = deepCopy(workflow.staticData);
			// `undefined` unless a node changed it, whatever the type says
			if ((staticData as IDataObject | undefined) !== undefined && stored.mode !== 'manual')
				this.#staticData.set(workflow.id, deepCopy(staticData));
			this.#store(stored, run.status, run.data);
		});
		additionalData.hooks = hooks;
		this.#store(stored, 'running', data);

		let timer: NodeJS.Timeout | undefined;
		let running: CancelableRun | undefined;
		try {
			running = new WorkflowExecute(additionalData, stored.mode, data).processRunExecutionData(
				workflow,
			);
			stored.running.add(running);
			if (seconds > 0) timer = setTimeout(() => running?.cancel(), seconds * 1000);
			const run = await running;
			stored.latest = this.#snapshot(stored, { ...run, status: finalStatus(run) }, run.data);
		} catch (error) {
			if (!(error instanceof WorkflowHasIssuesError)) throw error;
			const failed = createRunExecutionData({ resultData: { error: plainError(error) } });
			this.#store(stored, 'error', failed);
			stored.latest = this.#snapshot(stored, { status: 'error' }, failed);
		} finally {
			clearTimeout(timer);
			if (running !== undefined) stored.running.delete(running);
		}
		this.#settled.dispatchEvent(new Event('settled'));
		return stored.latest;
	}

	#stored(id: string): StoredExecution {
		const stored = this.#executions.get(id);
		if (stored === undefined) throw new Error(`There is no execution "${id}"`);
		return stored;
	}

	#store(stored: StoredExecution, status: IRun['status'], data: IRunExecutionData): void {
		stored.status = status;
		stored.data = stringify(data);
	}

	#snapshot(
		stored: StoredExecution,
		run: Pick<IRun, 'status' | 'waitTill'>,
		data: IRunExecutionData,
	): Execution {
		const names = stored.workflow.nodes.map(({ name }) => name);
		return new Execution(this, stored.id, run, parse(stringify(data)) as IRunExecutionData, names);
	}

	// What n8n's server does with a call to the resume address

	async #receive(raw: RawRequest, response: RecordedResponse): Promise<Execution | null> {
		const request = new WebhookRequest(raw);
		const [, endpoint, id = '', suffix = '', ...rest] = request.path.split('/');
		let resumed: Execution | null = null;
		void response.sent.then(() => {
			const { method, url } = request;
			this.callbacks.push({ executionId: id, method, url, httpStatus: response.statusCode });
		});
		try {
			if (endpoint !== 'webhook-waiting' || id === '' || rest.length > 0)
				throw new HttpError(404, `Cannot ${request.method} ${request.path}`);
			resumed = await this.#waitingWebhook(id, decodeURIComponent(suffix), request, response);
		} catch (error) {
			const status = error instanceof HttpError ? error.status : 500;
			const message = error instanceof Error ? error.message : String(error);
			if (status === 500) Container.get(ErrorReporter).error(error, { executionId: id });
			if (!response.headersSent)
				response.status(status).json({ code: status === 500 ? 0 : status, message });
		}
		return resumed;
	}

	async #waitingWebhook(
		id: string,
		pathSuffix: string,
		request: WebhookRequest,
		response: RecordedResponse,
	): Promise<Execution | null> {
		const stored = this.#executions.get(id);
		// Loaded from the store, so that two calls at once work on two copies
		const data = stored && (parse(stored.data) as IRunExecutionData);
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
			throw new HttpError(409, `The execution "${id} has finished already.`);

		const [entry] = data.executionData?.nodeExecutionStack ?? [];
		const nodeName = data.resultData.lastNodeExecuted;
		const runs = nodeName === undefined ? undefined : data.resultData.runData[nodeName];
		if (entry === undefined || nodeName === undefined || runs === undefined)
			throw new Error(
				'The suspended node put nothing out, so n8n does not know which node to call',
			);
		entry.node.disabled = true;
		data.waitTill = undefined;
		runs.pop();

		const workflow = this.#workflow(deepCopy(stored.workflow), stored.mode);
		const node = workflow.getNode(nodeName);
		if (node === null) throw new HttpError(404, 'Could not find node to process webhook.');
		const additionalData = this.#additionalData(stored);
		const webhook = this.#restartWebhooks(workflow, node, additionalData).find(
			({ httpMethod, path }) => httpMethod === request.method && path === suffix,
		);
		if (webhook === undefined)
			throw new HttpError(
				404,
				`The workflow for execution "${id}" does not contain a waiting webhook with a matching path/method.`,
			);

		const describe = <T>(property: keyof IWebhookDescription, fallback: T): T =>
			describeWebhook(workflow, node, webhook.webhookDescription, property, fallback);
		const responseMode = describe<string>('responseMode', 'onReceived');
		if (responseMode !== 'onReceived')
			throw new Error(`The engine harness has no response mode "${responseMode}"`);
		const responseCode = describe('responseCode', 200);
		const responseData = describe<string>('responseData', 'firstEntryJson');

		request.parseBody();
		additionalData.httpRequest = request;
		additionalData.httpResponse = response;
		let result: IWebhookResponseData;
		try {
			result = await this.#callWebhook(workflow, node, additionalData, stored.mode, webhook, data);
		} catch (error) {
			// n8n wipes the run and goes on with one empty item
			Container.get(ErrorReporter).error(error);
			response
				.status(500)
				.json({ code: 0, message: 'Workflow Webhook Error: Workflow could not be started!' });
			data.resultData = { runData: {}, lastNodeExecuted: node.name, error: plainError(error) };
			result = { noWebhookResponse: true, workflowData: [[{ json: {} }]] };
		}

		const answered = result.noWebhookResponse === true;
		const reply = (body: unknown) => {
			if (!answered) response.status(responseCode).send(body);
		};
		if (result.workflowData === undefined) {
			reply(result.webhookResponse ?? { message: 'Webhook call received' });
			return null;
		}
		entry.data['main'] = result.workflowData;
		const fallback: unknown = result.webhookResponse ?? { message: 'Workflow was started' };
		const received = responseData === 'noData' ? undefined : responseData || fallback;
		if (this.#resumeTokens) {
			// 2.x: the database lets one caller have it
			if (stored.status !== 'waiting')
				throw new Error('There was a problem executing the workflow', {
					cause: new Error(`Execution ${id} is already being resumed`),
				});
			entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
		}
		const started = this.#launch(stored, workflow, data, true);
		reply(received);
		return await started;
	}

	#restartWebhooks(
		workflow: Workflow,
		node: INode,
		additionalData: IWorkflowExecuteAdditionalData,
	): IWebhookData[] {
		const { description } = this.#nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		return (description.webhooks ?? [])
			.filter(({ restartWebhook }) => restartWebhook === true)
			.flatMap((webhookDescription) => {
				const describe = (property: keyof IWebhookDescription, fallback: string) =>
					describeWebhook(workflow, node, webhookDescription, property, fallback);
				const path = describe('path', '').trim().replace(/^\//, '').replace(/\/$/, '');
				return describe('httpMethod', 'GET')
					.split(',')
					.map((httpMethod) => ({
						httpMethod: httpMethod.trim() as IWebhookData['httpMethod'],
						node: node.name,
						path: NodeHelpers.getNodeWebhookPath(workflow.id, node, path, false, true),
						webhookDescription,
						workflowId: workflow.id,
						workflowExecuteAdditionalData: additionalData,
					}));
			});
	}

	async #callWebhook(
		workflow: Workflow,
		node: INode,
		additionalData: IWorkflowExecuteAdditionalData,
		mode: WorkflowExecuteMode,
		webhookData: IWebhookData,
		data: IRunExecutionData | null,
	): Promise<IWebhookResponseData> {
		const nodeType = this.#nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		if (nodeType.webhook === undefined) throw new Error('Node does not have any webhooks defined');
		const closeFunctions: CloseFunction[] = [];
		const context = new WebhookContext(
			workflow,
			node,
			additionalData,
			mode,
			webhookData,
			closeFunctions,
			data,
		);
		try {
			return isNodeClassInstance(nodeType)
				? ((await nodeType.webhook?.(context)) ?? {})
				: await nodeType.webhook.call(context);
		} finally {
			await Promise.allSettled(closeFunctions.map(async (close) => await close()));
		}
	}
}

function describeWebhook<T>(
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

const plainError = (error: unknown): ExecutionError => {
	const { message, stack } = error instanceof Error ? error : new Error(String(error));
	return { ...(error as object), message, stack } as ExecutionError;
};

/** What n8n stores as the status at the end of a run. */
function finalStatus({ status, waitTill, data }: IRun): IRun['status'] {
	if (waitTill) return 'waiting';
	if (status === 'crashed' || status === 'canceled') return status;
	return status === 'error' || data.resultData.error !== undefined ? 'error' : 'success';
}
