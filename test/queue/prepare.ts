// Runs once, before all test files (node --test --test-global-setup).
import * as e2e from '../e2e/prepare.ts';
import { Problem } from '../n8n/problem.ts';
import { checkServers } from './servers.ts';

export async function globalSetup(): Promise<void> {
	try {
		checkServers();
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		console.error(error.message);
		process.exit(1);
	}
	await e2e.globalSetup();
}
