// npm run docs: regenerates docs/errors.md and the tables of the README, of docs/models.md and of docs/reliability.md. A test fails if they are stale.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadBundled } from './build/load.mts';
import { writeFormatted } from './build/write.mts';

const root = path.resolve(import.meta.dirname, '..');

async function write(file: string, text: string): Promise<void> {
	await writeFormatted(root, file, text);
	console.log(file);
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const { renderErrors, withFaults, withModels, withTables } = (await loadBundled(
	'tools/docs/index.ts',
)) as typeof import('./docs/index.ts');
await write('docs/errors.md', await renderErrors());
await write('README.md', withTables(read('README.md')));
await write('docs/models.md', withModels(read('docs/models.md')));
await write(
	'docs/reliability.md',
	withFaults(read('docs/reliability.md'), path.join(root, 'test/faults/outcomes')),
);
