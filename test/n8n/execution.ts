// An execution as n8n stores it, decoded: its data is a string made by `flatted`, in which objects refer to each other
// by number.
import { parse } from 'flatted';

export interface Binary {
	id?: string;
	/** Base64 when n8n keeps binaries in memory, otherwise the name of the storage. */
	data: string;
	mimeType: string;
	fileName?: string;
	fileSize?: string;
	bytes?: number;
}
export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, Binary>;
	pairedItem?: unknown;
}
export interface NodeRun {
	executionStatus?: string;
	/** Milliseconds. */
	executionTime?: number;
	error?: { message: string };
	data?: { main?: Array<Item[] | null> };
}
export interface Execution {
	id: string;
	/** running · waiting · success · error · … */
	status: string;
	/** The stored data as text, for searching. */
	stored: string;
	error?: { message: string };
	/** By node name, one entry for each time the node ran. */
	runs: Record<string, NodeRun[]>;
}

interface Unfolded {
	resultData?: { error?: { message: string }; runData?: Record<string, NodeRun[]> };
}

export function readExecution(data: unknown): Execution {
	const stored = data as { id: string; status: string; data: string };
	// An execution that has not started yet has empty data.
	const { resultData = {} } = ((stored.data && parse(stored.data)) || {}) as Unfolded;
	return {
		id: stored.id,
		status: stored.status,
		stored: JSON.stringify(data),
		error: resultData.error,
		runs: resultData.runData ?? {},
	};
}

/** The items of a node's first output in its last run; empty if it has not run. */
export function itemsOf(execution: Execution, node: string): Item[] {
	return execution.runs[node]?.at(-1)?.data?.main?.[0] ?? [];
}
