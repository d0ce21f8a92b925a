import { Container } from '@n8n/di';
import { parse, stringify } from 'flatted';
import {
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	WorkflowExecute,
	WorkflowHasIssuesError,
} from 'n8n-core';
import {
	createRunExecutionData,
	deepCopy,
	type ExecutionError,
	type ICredentialType,
	type IDataObject,
	type INode,
	type INodeCredentials,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	ManualExecutionCancelledError,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import {
	type CredentialClass,
	type CredentialData,
	findCredential,
	TestCredentialsHelper,
} from './credentials.ts';
import { Execution, type ExecutionControls } from './execution.ts';
import type { TestNodeTypes } from './node-types.ts';
import type { WorkflowJson } from './workflow-json.ts';
import type { Secrets } from '../../secrets/secrets.ts';

interface CancelableRun extends Promise<IRun> {
	cancel(): void;
}

/** A row of n8n's execution table, and what is running of it. */
export interface StoredExecution {
	id: string;
	mode: WorkflowExecuteMode;
	status: IRun['status'];
	workflow: IWorkflowBase;
	credentials: CredentialData;
	/** Run data, flattened as in the database. */
	flatted: string;
	running: Set<CancelableRun>;
	continuations: number;
	latest?: Execution;
}

interface RunnerControls extends ExecutionControls {
	readonly baseUrl: string;
	readonly secrets: Secrets;
}

const notSupported = (what: string) => () => {
	throw new Error(`The engine harness has no ${what}`);
};

export const plainError = (error: unknown): ExecutionError => {
	const { message, stack } = error instanceof Error ? error : new Error(String(error));
	return { ...(error as object), message, stack } as ExecutionError;
};

/** What n8n stores as the status at the end of a run. */
function finalStatus({ status, waitTill, data }: IRun): IRun['status'] {
	if (waitTill) return 'waiting';
	if (status === 'crashed' || status === 'canceled') return status;
	return status === 'error' || data.resultData.error !== undefined ? 'error' : 'success';
}

/** n8n's workflow runner and its tables of executions and static data, in memory. */
export class Runner {
	readonly nodeTypes: TestNodeTypes;
	readonly executions = new Map<string, StoredExecution>();
	readonly #staticData = new Map<string, IDataObject>();
	readonly #credentialTypes: ReadonlyMap<string, ICredentialType>;
	readonly #controls: RunnerControls;
	/** Fires `settled` whenever a run has ended or an execution was stopped. */
	readonly events = new EventTarget();
	/** So many executions cannot be stored before the database works again. */
	storeFaults = 0;
	#nextId = 1;

	/** @throws Error where the database is away */
	useDatabase(): void {
		if (this.storeFaults === 0) return;
		this.storeFaults -= 1;
		throw new Error('The connection to the database was lost');
	}

	constructor(
		nodeTypes: TestNodeTypes,
		credentialTypes: CredentialClass[],
		controls: RunnerControls,
	) {
		this.nodeTypes = nodeTypes;
		const types = credentialTypes.map((CredentialType) => new CredentialType());
		this.#credentialTypes = new Map(types.map((type) => [type.name, type]));
		this.#controls = controls;
	}

	get(id: string): StoredExecution {
		const stored = this.executions.get(id);
		if (stored === undefined) throw new Error(`There is no execution "${id}"`);
		return stored;
	}

	/** A copy of the stored run data, as a process reads it from the database. */
	load({ flatted }: StoredExecution): IRunExecutionData {
		return parse(flatted) as IRunExecutionData;
	}

	workflowData(json: WorkflowJson, credentials: CredentialData): IWorkflowBase {
		const copy = deepCopy(json) as Partial<IWorkflowBase>;
		const id = json.id ?? json.name ?? 'workflow';
		return {
			name: id,
			connections: {},
			...copy,
			id,
			active: true,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
			activeVersionId: 'active',
			nodes: (copy.nodes ?? []).map((node, index) => this.#node(node, index, credentials)),
			staticData: this.#staticData.get(id) ?? copy.staticData ?? undefined,
		};
	}

	/** The workflow with the static data of now. */
	withStaticData(workflow: IWorkflowBase): IWorkflowBase {
		return { ...workflow, staticData: this.#staticData.get(workflow.id) ?? workflow.staticData };
	}

	/** Exported workflows name no credential that exists here: every node gets those of the test that its type uses. */
	#node(node: INode, index: number, credentials: CredentialData): INode {
		const type = this.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
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

	/** The workflow to run, on a copy of its own. */
	workflow(stored: IWorkflowBase, mode: WorkflowExecuteMode): Workflow {
		const data = deepCopy(stored);
		return new Workflow({
			id: data.id,
			name: data.name,
			nodes: data.nodes,
			connections: data.connections,
			active: data.active,
			nodeTypes: this.nodeTypes,
			staticData: data.staticData,
			settings: data.settings,
			pinData: mode === 'manual' ? data.pinData : undefined,
		});
	}

	/** Static data by workflow, saved only where a node changed it. */
	saveStaticData({ id, staticData }: Workflow): void {
		if (staticData['__dataChanged'] === true) this.#staticData.set(id, deepCopy(staticData));
	}

	create(
		workflow: IWorkflowBase,
		options: { id?: string; mode: WorkflowExecuteMode; credentials: CredentialData },
		data: IRunExecutionData,
	): StoredExecution {
		const id = options.id ?? String(this.#nextId++);
		if (this.executions.has(id)) throw new Error(`Execution "${id}" exists already`);
		const stored: StoredExecution = {
			...options,
			id,
			status: 'new',
			workflow,
			flatted: stringify(data),
			running: new Set(),
			continuations: 0,
		};
		this.executions.set(id, stored);
		return stored;
	}

	/**
	 * The button "Retry" in the list of executions: a new execution from what the old one had stored, contexts included.
	 *
	 * @param workflow "Retry with currently saved workflow"; left out: as it was
	 */
	async retry(id: string, workflow?: WorkflowJson): Promise<Execution> {
		const old = this.get(id);
		const data = this.load(old);
		const { resultData, executionData } = data;
		const runs = resultData.runData[resultData.lastNodeExecuted ?? ''];
		delete resultData.error;
		if (runs?.at(-1)?.error !== undefined) runs.pop();
		const { credentials } = old;
		const workflowData = workflow
			? this.workflowData(workflow, credentials)
			: this.withStaticData(old.workflow);
		const instance = this.workflow(workflowData, 'retry');
		if (workflow)
			for (const entry of executionData!.nodeExecutionStack)
				entry.node = instance.getNode(entry.node.name)!;
		const stored = this.create(workflowData, { mode: 'retry', credentials }, data);
		return await this.launch(stored, instance, data);
	}

	additionalData(
		owner: Pick<StoredExecution, 'workflow' | 'credentials'> & { id?: string },
	): IWorkflowExecuteAdditionalData {
		const base = this.#controls.baseUrl;
		return {
			currentNodeExecutionIndex: 0,
			credentialsHelper: new TestCredentialsHelper(this.#credentialTypes, owner.credentials),
			executionId: owner.id,
			workflowId: owner.workflow.id,
			workflowSettings: owner.workflow.settings,
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
			getRunExecutionData: (id) => Promise.resolve(this.load(this.get(id))),
			getRuntimeCredential: () => Promise.resolve(undefined),
			executeWorkflow: notSupported('sub-workflows'),
			startRunnerTask: notSupported('task runners'),
		};
	}

	/** Runs an execution that is new or, with `resumes`, goes on after a suspension. */
	async launch(
		stored: StoredExecution,
		workflow: Workflow,
		data: IRunExecutionData,
		resumes = false,
	): Promise<Execution> {
		const additionalData = this.additionalData(stored);
		if (resumes) {
			additionalData.restartExecutionId = stored.id;
			stored.continuations++;
		}
		const seconds = stored.workflow.settings?.executionTimeout ?? 0;
		if (seconds > 0) additionalData.executionTimeoutTimestamp = Date.now() + seconds * 1000;
		additionalData.hooks = new ExecutionLifecycleHooks(stored.mode, stored.id, stored.workflow);
		additionalData.hooks.addHandler('workflowExecuteAfter', (run) => {
			if (stored.mode !== 'manual') this.saveStaticData(workflow);
			stored.workflow.staticData = deepCopy(workflow.staticData);
			this.#store(stored, finalStatus(run), run.data);
		});
		this.#store(stored, 'running', data);

		let timer: NodeJS.Timeout | undefined;
		let running: CancelableRun | undefined;
		try {
			const execute = new WorkflowExecute(additionalData, stored.mode, data);
			running = execute.processRunExecutionData(workflow);
			stored.running.add(running);
			if (seconds > 0) timer = setTimeout(() => running?.cancel(), seconds * 1000);
			const run = await running;
			return this.#settle(stored, { ...run, status: finalStatus(run) });
		} catch (error) {
			if (!(error instanceof WorkflowHasIssuesError)) throw error;
			const failed = createRunExecutionData({ resultData: { error: plainError(error) } });
			this.#store(stored, 'error', failed);
			return this.#settle(stored, { status: 'error', data: failed });
		} finally {
			clearTimeout(timer);
			if (running !== undefined) stored.running.delete(running);
			this.events.dispatchEvent(new Event('settled'));
		}
	}

	/** Stop: a running node sees its cancel signal, a suspended execution is over. */
	cancel(id: string): void {
		const stored = this.get(id);
		for (const run of stored.running) run.cancel();
		if (stored.running.size > 0 || stored.status !== 'waiting') return;
		const data = this.load(stored);
		data.resultData.error = plainError(new ManualExecutionCancelledError(id));
		delete data.waitTill;
		this.#store(stored, 'canceled', data);
		this.#settle(stored, { status: 'canceled', data });
		this.events.dispatchEvent(new Event('settled'));
	}

	#store(stored: StoredExecution, status: IRun['status'], data: IRunExecutionData): void {
		stored.status = status;
		stored.flatted = stringify(data);
		this.#search(stored, data);
	}

	/** An execution as it is stored, with its workflow, and its errors before they are. */
	#search({ id, flatted, workflow }: StoredExecution, { resultData }: IRunExecutionData): void {
		const { secrets } = this.#controls;
		const place = `execution ${id} of "${workflow.name}"`;
		secrets.search(flatted, place);
		secrets.search(stringify(workflow), `the workflow of ${place}`);
		const runs = Object.values(resultData.runData ?? {}).flat();
		for (const error of [resultData.error, ...runs.map((run) => run.error)])
			if (error !== undefined) secrets.searchWhole(error, `an error of ${place}`);
	}

	#settle(stored: StoredExecution, run: Pick<IRun, 'status' | 'waitTill' | 'data'>): Execution {
		const names = stored.workflow.nodes.map(({ name }) => name);
		const data = parse(stringify(run.data)) as IRunExecutionData;
		stored.latest = new Execution(stored.id, { ...run, data }, names, this.#controls);
		return stored.latest;
	}
}
