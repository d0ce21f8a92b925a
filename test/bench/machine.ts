import { cpus, totalmem } from 'node:os';
import { DEFAULT_VERSION } from '../n8n/paths.ts';

/** What the figures depend on. */
export interface Machine {
	/** YYYY-MM-DD */
	date: string;
	cpu: string;
	cores: number;
	memoryGB: number;
	node: string;
	n8n: string;
}

export function thisMachine(): Machine {
	const [first, ...others] = cpus();
	return {
		date: new Date().toISOString().slice(0, 10),
		cpu: first?.model.trim() || 'unknown processor',
		cores: others.length + 1,
		memoryGB: Math.round(totalmem() / 1024 ** 3),
		node: process.versions.node,
		n8n: DEFAULT_VERSION,
	};
}
