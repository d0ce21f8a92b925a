import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
/** Where the names of tests stand: the rows of the contract suite name some of theirs. */
const sources = ['unit', 'contract', 'engine']
	.flatMap((layer) =>
		readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' }).map((path) =>
			join(root, layer, path),
		),
	)
	.filter((path) => path.endsWith('.ts') && path !== __filename);

/** A text in quotes that speaks of a trap is the name of a test. */
const named = new Set(
	sources.flatMap((path) =>
		[...readFileSync(path, 'utf8').matchAll(/^[^/*]*['"`].*?\btrap (\d+)\b.*$/gm)].flatMap(
			([line]) => [...line.matchAll(/\btrap (\d+)\b/g)].map(([, number]) => Number(number)),
		),
	),
);

/** The numbers of the list "Traps that the uniform Job must level out". */
it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
	'a test carries the number of the trap: %i',
	(number) => {
		expect([...named]).toContain(number);
	},
);
