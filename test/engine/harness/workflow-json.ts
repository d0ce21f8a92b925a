/** A workflow as n8n exports it; an imported .json file fits. */
export interface WorkflowJson {
	id?: string;
	name?: string;
	nodes: Array<{
		name: string;
		type: string;
		typeVersion?: number;
		id?: string;
		webhookId?: string;
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
	connections: Record<
		string,
		Record<string, Array<Array<{ node: string; type: string; index: number }> | null>>
	>;
	settings?: object;
	pinData?: object;
	staticData?: object | null;
}
