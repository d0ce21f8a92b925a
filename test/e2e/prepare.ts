// Runs once before all end-to-end test files (node --test --test-global-setup), for setup that is shared and slow.
import { installN8n } from '../n8n/install.ts';
import { TARBALL_VARIABLE, theTarball } from '../n8n/pack.ts';
import { Problem } from '../n8n/problem.ts';
import { openPool } from './pool.ts';

let closePool: (() => Promise<void>) | undefined;

export async function globalSetup(): Promise<void> {
	await orSay(async () => {
		const tarball = await installAndPack();
		closePool = await openPool(Number(process.env['SEEDANCE_E2E_AT_ONCE'] ?? 1), tarball);
	});
}

export async function globalTeardown(): Promise<void> {
	await closePool?.();
}

/** n8n is installed, and the tests are told of the packed package. @returns its path */
export async function installAndPack(): Promise<string> {
	await installN8n();
	return (process.env[TARBALL_VARIABLE] = await theTarball());
}

/** Ends with the sentence of a problem that the user can solve. */
export async function orSay(work: () => Promise<unknown>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}
