// Loads a program of tools/ that imports sources of the nodes. These import each other without file extensions, which Node
// does not resolve, so the program is bundled first.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { CACHE, ROOT } from '../../test/n8n/paths.ts';

/**
 * @param entry a path from the project's root
 * @returns what the file exports
 */
export async function loadBundled(entry: string): Promise<unknown> {
	const outfile = path.join(CACHE, 'tools', `${entry.replaceAll(/\W/g, '-')}.cjs`);
	mkdirSync(path.dirname(outfile), { recursive: true });
	await build({
		entryPoints: [path.join(ROOT, entry)],
		outfile,
		bundle: true,
		format: 'cjs',
		platform: 'node',
		packages: 'external',
		// For the one file that uses it to find the fixtures.
		define: { __dirname: JSON.stringify(path.join(ROOT, 'test/contract')) },
	});
	return createRequire(import.meta.url)(outfile);
}
