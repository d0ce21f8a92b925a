/** What the documents link to is there: files, and headings in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const documents = ['.', 'docs'].flatMap((folder) =>
	readdirSync(join(root, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => join(folder, name)),
);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** As GitHub makes them. */
const anchorsOf = (file: string): string[] =>
	[...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);

it.each(documents)('%s', (document) => {
	const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
	const broken = links
		.filter((link) => !/^https?:/.test(link))
		.filter((link) => {
			const [path = '', anchor] = link.split('#');
			const file = path === '' ? document : join(dirname(document), path);
			if (!existsSync(join(root, file))) return true;
			return anchor !== undefined && !anchorsOf(file).includes(anchor);
		});
	expect(broken).toEqual([]);
});

it('looks at all documents', () => {
	expect(documents).toEqual(expect.arrayContaining(['README.md', join('docs', 'callbacks.md')]));
});
