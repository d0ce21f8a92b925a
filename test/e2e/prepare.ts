// Runs once before all end-to-end test files (node --test --test-global-setup), for setup that is shared and slow.
import { installN8n } from '../n8n/install.ts';
import { buildAndPack } from '../n8n/pack.ts';
import { Problem } from '../n8n/problem.ts';
import { TARBALL_VARIABLE } from './play.ts';

export async function globalSetup(): Promise<void> {
	try {
		await installN8n();
		process.env[TARBALL_VARIABLE] = await buildAndPack(console.log);
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}
