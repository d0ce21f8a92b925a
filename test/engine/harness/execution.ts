import type {
	ExecutionError,
	ExecutionStatus,
	INodeExecutionData,
	IRun,
	IRunData,
	IRunExecutionData,
	ITaskData,
} from 'n8n-workflow';

export interface CallbackOptions {
	/** POST unless told. */
	method?: string;
	/** The whole address as the provider was given it; replaces `pathSuffix`, `query` and `signed`. */
	url?: string | URL;
	/** What follows the resume address: the `path` of the waiting node's webhook description. */
	pathSuffix?: string;
	query?: Record<string, string>;
	/** With `false`, n8n's own token is left out. A `signature` in `query` takes its place anyway. */
	signed?: boolean;
	/** The content type is application/json unless told. */
	headers?: Record<string, string>;
	/** A string or Buffer goes as it is, anything else as JSON. */
	body?: unknown;
}

export interface CallbackResult {
	/** null: n8n answered nothing, and neither did the node; the caller would wait for ever. */
	httpStatus: number | null;
	responseBody: unknown;
	responseHeaders: Record<string, string>;
	/** What followed the callback; null when the execution went on waiting (or was not reached). */
	resumed: Execution | null;
}

/** What can be done with an execution, by its id. */
export interface ExecutionControls {
	resumeUrl(id: string): string;
	continuations(id: string): number;
	deliverCallback(id: string, options?: CallbackOptions): Promise<CallbackResult>;
	wakeByTime(id: string): Promise<Execution>;
	cancel(id: string): void;
}

/**
 * One run of an execution, as n8n stored it when it ended or was suspended. It does not change afterwards: what comes
 * after a suspension is another Execution with the same id.
 */
export class Execution {
	readonly id: string;
	readonly status: ExecutionStatus;
	readonly error: ExecutionError | undefined;
	readonly waitTill: Date | undefined;
	readonly lastNodeExecuted: string | undefined;
	/** The run data by node. */
	readonly raw: IRunData;
	readonly data: IRunExecutionData;
	readonly #controls: ExecutionControls;
	readonly #nodeNames: ReadonlySet<string>;

	constructor(
		id: string,
		run: Pick<IRun, 'status' | 'waitTill' | 'data'>,
		nodeNames: Iterable<string>,
		controls: ExecutionControls,
	) {
		this.#controls = controls;
		this.#nodeNames = new Set(nodeNames);
		this.id = id;
		this.status = run.status;
		this.waitTill = run.waitTill ?? undefined;
		this.data = run.data;
		this.raw = run.data.resultData.runData;
		this.error = run.data.resultData.error;
		this.lastNodeExecuted = run.data.resultData.lastNodeExecuted;
	}

	/** All runs of a node; none if it was not reached. */
	nodeRuns(nodeName: string): ITaskData[] {
		if (!this.#nodeNames.has(nodeName)) throw new Error(`The workflow has no node "${nodeName}"`);
		return this.raw[nodeName] ?? [];
	}

	/** What a node put out, in its last run unless told. */
	output(nodeName: string, outputIndex = 0, runIndex = -1): INodeExecutionData[] {
		return this.nodeRuns(nodeName).at(runIndex)?.data?.['main']?.[outputIndex] ?? [];
	}

	/** `$execution.resumeUrl` of this execution, with n8n's token in 2.x. */
	get resumeUrl(): string {
		return this.#controls.resumeUrl(this.id);
	}

	/** How often something followed a suspension of this execution, as of now. */
	get continuations(): number {
		return this.#controls.continuations(this.id);
	}

	/** Calls the waiting node the way n8n does for an HTTP call to the resume address. */
	async deliverCallback(options: CallbackOptions = {}): Promise<CallbackResult> {
		return await this.#controls.deliverCallback(this.id, options);
	}

	/** The deadline has come: what n8n does with a waiting execution then. */
	async wakeByTime(): Promise<Execution> {
		return await this.#controls.wakeByTime(this.id);
	}

	/** The user's Stop button. */
	cancel(): void {
		this.#controls.cancel(this.id);
	}
}
