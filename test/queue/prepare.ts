// Runs once, before all test files (node --test --test-global-setup).
import { installAndPack, orSay } from '../e2e/prepare.ts';
import { checkServers } from './servers.ts';

export async function globalSetup(): Promise<void> {
	await orSay(async () => {
		checkServers();
		await installAndPack();
	});
}
