import { acquireRuntime, type LogLine } from './runtime.ts';
import { Container } from '@n8n/di';
import { BinaryDataService, WAITING_TOKEN_QUERY_PARAM } from 'n8n-core';
import {
	createRunExecutionData,
	type IBinaryData,
	type INode,
	type INodeExecutionData,
	type IRun,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { CredentialClass, CredentialData } from './credentials.ts';
import type { CallbackOptions, CallbackResult, Execution, ExecutionControls } from './execution.ts';
import { type RawRequest, RecordedResponse, WebhookRequest } from './http.ts';
import { type NodeClass, TestNodeTypes } from './node-types.ts';
import { Runner } from './runner.ts';
import { type ActiveWorkflow, Webhooks } from './webhooks.ts';
import type { WorkflowJson } from './workflow-json.ts';
import { Secrets } from '../../secrets/secrets.ts';

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

/** A call that came over HTTP or by `deliverCallback`, and what it was answered. */
export interface ReceivedCall {
	method: string;
	/** Path and query. */
	url: string;
	httpStatus: number;
}

export interface StartedExecution {
	id: string;
	/** When the run has ended or is suspended. After a cancel: when the node has really returned. */
	done: Promise<Execution>;
	cancel(): void;
}

/** n8n 2.40's engine and what its server does with waiting executions, with Maps for a database. */
export class Engine implements ExecutionControls {
	/** All that went to n8n's logger while this engine was open. */
	readonly logs: LogLine[] = [];
	/** Every answered call to an address of this engine, in the order of the answers. */
	readonly calls: ReceivedCall[] = [];
	/** Those of its credentials. Where one gets out, `close` fails. */
	readonly secrets = new Secrets();
	readonly #credentials: CredentialData;
	readonly #resumeTokens: boolean;
	readonly #runner: Runner;
	readonly #webhooks: Webhooks;
	readonly #server: Server;
	readonly #working = new Set<Promise<unknown>>();
	#release: (() => void) | undefined;

	constructor(options: EngineOptions) {
		const nodeTypes = new TestNodeTypes(options.nodeTypes);
		this.#credentials = options.credentials ?? {};
		this.#resumeTokens = options.resumeTokens ?? true;
		this.#runner = new Runner(nodeTypes, options.credentialTypes ?? [], this);
		this.#know(this.#credentials);
		this.#webhooks = new Webhooks(this.#runner, this.#resumeTokens);
		this.#server = createServer((req, res) => {
			void (async () => {
				const { method = 'GET', url = '/', headers } = req;
				const response = new RecordedResponse();
				void this.#receive({ method, url, headers, rawBody: await buffer(req) }, response);
				await response.sent;
				res.writeHead(response.statusCode, response.headers).end(response.rawBody);
			})();
		});
	}

	async open(): Promise<this> {
		this.#release = await acquireRuntime(this.logs);
		await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	/**
	 * Stops what still runs and closes the listener.
	 *
	 * @throws Error where a key or a secret of its credentials is in an execution, an answer or a log
	 */
	async close(): Promise<void> {
		const runs = [...this.#runner.executions.values()].flatMap(({ running }) => [...running]);
		for (const run of runs) run.cancel();
		await Promise.allSettled(runs);
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
		this.#release?.();
		this.#release = undefined;
		for (const { text } of this.logs) this.secrets.search(text, "n8n's log");
		this.secrets.assertNone();
	}

	get baseUrl(): string {
		const address = this.#server.address() as AddressInfo | null;
		if (address === null) throw new Error('The engine is not open');
		return `http://127.0.0.1:${address.port}`;
	}

	/** Runs a workflow until it ends or is suspended. */
	async run(workflow: WorkflowJson, options: RunOptions = {}): Promise<Execution> {
		return await this.start(workflow, options).done;
	}

	/** Starts a workflow without waiting for it. */
	start(json: WorkflowJson, options: RunOptions = {}): StartedExecution {
		const runner = this.#runner;
		const { executionId, mode = 'trigger', input = [{ json: {} }] } = options;
		const credentials = { ...this.#credentials, ...options.credentials };
		this.#know(credentials);
		const workflowData = runner.workflowData(json, credentials);
		const workflow = runner.workflow(workflowData, mode);
		const node = this.#startNode(workflow, options.startNode);
		const data = createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node, data: { main: [input] }, source: null }] },
			resultData: { pinData: mode === 'manual' ? workflowData.pinData : undefined },
		});
		if (!this.#resumeTokens) delete data.resumeToken;
		const stored = runner.create(workflowData, { id: executionId, mode, credentials }, data);
		const { id } = stored;
		return { id, done: runner.launch(stored, workflow, data), cancel: () => this.cancel(id) };
	}

	/** Puts the workflow's webhook triggers on this engine's address. */
	async activate(json: WorkflowJson, credentials: CredentialData = {}): Promise<ActiveWorkflow> {
		const all = { ...this.#credentials, ...credentials };
		this.#know(all);
		return await this.#webhooks.activate(this.#runner.workflowData(json, all), all);
	}

	/** Resolves when the execution has come to an end (or has the given status). */
	async waitFor(
		id: string,
		{ status, timeoutMs = 30_000 }: { status?: IRun['status']; timeoutMs?: number } = {},
	): Promise<Execution> {
		const { events } = this.#runner;
		const reached = (): Execution | undefined => {
			const { latest, running } = this.#runner.get(id);
			if (latest === undefined || running.size > 0) return undefined;
			const wanted = status === undefined ? latest.status !== 'waiting' : latest.status === status;
			return wanted ? latest : undefined;
		};
		return await new Promise((resolve, reject) => {
			const check = () => {
				const execution = reached();
				if (execution === undefined) return;
				clearTimeout(timer);
				events.removeEventListener('settled', check);
				resolve(execution);
			};
			const timer = setTimeout(() => {
				events.removeEventListener('settled', check);
				const now = this.#runner.get(id).status;
				const wanted = status ?? 'at an end';
				reject(new Error(`Execution ${id} is ${now} after ${timeoutMs} ms, not ${wanted}`));
			}, timeoutMs);
			events.addEventListener('settled', check);
			check();
		});
	}

	/** Resolves when no call from outside is being worked on, answered or not. */
	async idle(): Promise<void> {
		while (this.#working.size > 0) await Promise.allSettled([...this.#working]);
	}

	/** The next so many executions that a webhook method starts or resumes cannot be stored. */
	failToStore(times: number): void {
		this.#runner.storeFaults = times;
	}

	/** The Stop button: for a running execution the cancel signal of its node fires. */
	cancel(id: string): void {
		this.#runner.cancel(id);
	}

	/** How often something followed a suspension of this execution. */
	continuations(id: string): number {
		return this.#runner.get(id).continuations;
	}

	resumeUrl(id: string): string {
		const { resumeToken } = this.#runner.load(this.#runner.get(id));
		const url = new URL(`${this.baseUrl}/webhook-waiting/${id}`);
		if (resumeToken !== undefined) url.searchParams.set(WAITING_TOKEN_QUERY_PARAM, resumeToken);
		return url.toString();
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
		const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
		const raw: RawRequest = {
			method: options.method ?? 'POST',
			url: url.pathname + url.search,
			headers: { host: url.host, 'content-type': 'application/json', ...options.headers },
			rawBody: Buffer.from(isRaw ? body : body === undefined ? '' : JSON.stringify(body)),
		};
		const response = new RecordedResponse();
		const resumed = await this.#receive(raw, response);
		return {
			httpStatus: response.writableEnded ? response.statusCode : null,
			responseBody: response.body,
			responseHeaders: response.headers,
			resumed,
		};
	}

	/** @see Execution.wakeByTime */
	async wakeByTime(id: string): Promise<Execution> {
		const runner = this.#runner;
		const stored = runner.get(id);
		if (stored.status !== 'waiting')
			throw new Error(`Execution ${id} is ${stored.status}, not waiting`);
		const workflow = runner.workflow(stored.workflow, stored.mode);
		return await runner.launch(stored, workflow, runner.load(stored), true);
	}

	/** An execution of which nothing is left, as after a crash: its number can run again. */
	forget(id: string): void {
		this.#runner.executions.delete(id);
	}

	/** @see Runner.retry */
	async retry({ id }: Execution, workflow?: WorkflowJson): Promise<Execution> {
		return await this.#runner.retry(id, workflow);
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

	#know(credentials: CredentialData): void {
		for (const data of Object.values(credentials)) this.secrets.addCredential(data);
	}

	#startNode(workflow: Workflow, name: string | undefined): INode {
		const isTrigger = ({ type, typeVersion, disabled }: INode) =>
			disabled !== true &&
			this.#runner.nodeTypes
				.getByNameAndVersion(type, typeVersion)
				.description.group.includes('trigger');
		const node =
			name === undefined ? Object.values(workflow.nodes).find(isTrigger) : workflow.getNode(name);
		if (!node)
			throw new Error(`The workflow has no ${name === undefined ? 'trigger' : `node "${name}"`}`);
		return node;
	}

	async #receive(raw: RawRequest, response: RecordedResponse): Promise<Execution | null> {
		const request = new WebhookRequest(raw);
		void response.sent.then(() => {
			const { method, url } = request;
			this.calls.push({ method, url, httpStatus: response.statusCode });
			const answer = JSON.stringify([url, response.headers, response.rawBody.toString()]);
			this.secrets.search(answer, `a call to ${request.path} and its answer`);
		});
		const work = this.#webhooks.receive(request, response);
		this.#working.add(work);
		return await work.finally(() => this.#working.delete(work));
	}
}
