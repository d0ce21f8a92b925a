// npm run docs: regenerates docs/errors.md and the tables of the README, of docs/models.md and of docs/reliability.md. A test fails if they are stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';
import prettier from 'prettier';

const root = path.resolve(import.meta.dirname, '..');

/** The sources import each other without file extensions, which Node does not resolve, so they are bundled first. */
async function renderers() {
	const outfile = path.join(root, '.cache/docs/render.cjs');
	mkdirSync(path.dirname(outfile), { recursive: true });
	await esbuild.build({
		entryPoints: [path.join(root, 'tools/docs/index.ts')],
		outfile,
		bundle: true,
		format: 'cjs',
		platform: 'node',
		packages: 'external',
		// For the one file that uses it to find the fixtures.
		define: { __dirname: JSON.stringify(path.join(root, 'test/contract')) },
	});
	return createRequire(import.meta.url)(outfile) as typeof import('./docs/index.ts');
}

async function write(file: string, text: string): Promise<void> {
	const filepath = path.join(root, file);
	const options = await prettier.resolveConfig(filepath);
	writeFileSync(filepath, await prettier.format(text, { ...options, filepath }));
	console.log(file);
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const { renderErrors, withFaults, withModels, withTables } = await renderers();
await write('docs/errors.md', await renderErrors());
await write('README.md', withTables(read('README.md')));
await write('docs/models.md', withModels(read('docs/models.md')));
await write(
	'docs/reliability.md',
	withFaults(read('docs/reliability.md'), path.join(root, 'test/faults/outcomes')),
);
