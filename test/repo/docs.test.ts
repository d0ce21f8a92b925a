import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderErrors, withFaults, withModels, withTables } from '../../tools/docs/index.ts';

const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** As the file was before Prettier: without padding, escapes and blank lines. */
const plain = (text: string) =>
	text
		.split('\n')
		.map((line) =>
			line
				.replace(/\\([_*<])/g, '$1')
				.replace(/-{3,}/g, '---')
				.replace(/\s+/g, ' ')
				.trim(),
		)
		.filter((line) => line !== '')
		.join('\n');

// When one of these fails: `npm run docs`.

it('docs/errors.md says what the nodes say', async () => {
	expect(plain(read('docs/errors.md'))).toBe(plain(await renderErrors()));
});

it('the tables in the README are those of the registry and of the rows', () => {
	const readme = read('README.md');
	expect(plain(readme)).toBe(plain(withTables(readme)));
});

it('the table of docs/models.md is that of the rows', () => {
	const page = read('docs/models.md');
	expect(plain(page)).toBe(plain(withModels(page)));
});

it('the tables of docs/reliability.md are made of the outcomes that the faults suite expects', () => {
	const document = read('docs/reliability.md');
	expect(plain(document)).toBe(plain(withFaults(document, join(root, 'test/faults/outcomes'))));
});
