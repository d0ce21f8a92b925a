// npm run build:packages: writes dist/packages/<name>/, a package for each provider, ready to be published. Each has one action
// node and, where the provider calls back, a trigger; one credential; and nothing of another provider.
// `-- n8n-nodes-seedance-fal` builds only that one.
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ICredentialType, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { ROOT } from '../test/n8n/paths.ts';
import { bundle, credentialFile, nodeFile } from './build/bundle.mts';
import { loadBundled } from './build/load.mts';
import { writeFormatted } from './build/write.mts';
import type { Example } from './packages/examples.ts';
import type { PackageRow } from './packages/list.ts';

const parts = (await loadBundled(
	'tools/packages/index.ts',
)) as typeof import('./packages/index.ts');
const { packages, providers } = parts;

const TARGET = path.join(ROOT, 'dist', 'packages');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const main = JSON.parse(read('package.json')) as Parameters<typeof parts.manifestOf>[1];

async function buildPackage(row: PackageRow): Promise<void> {
	const provider = providers.find(({ id }) => id === row.provider);
	if (!provider) throw new Error(`There is no provider ${row.provider}`);
	const folder = path.join(TARGET, row.name);
	const dist = path.join(folder, 'dist');
	rmSync(folder, { recursive: true, force: true });
	const nodes = ['Seedance', ...(provider.callback ? ['SeedanceTrigger'] : [])];
	const credential = provider.credential.replace(/^./, (letter) => letter.toUpperCase());
	await bundle({ outdir: dist, nodes, credentials: [credential], provider: row.provider });
	cpSync(path.join(ROOT, 'icons'), path.join(dist, 'icons'), { recursive: true });
	cpSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));

	const load = createRequire(path.join(folder, 'package.json'));
	const make = <T,>(file: string, name: string): T => {
		const { [name]: Type } = load(`./dist/${file}`) as Record<string, new () => T>;
		return new Type!();
	};
	const descriptions = nodes.map((name) => make<INodeType>(nodeFile(name), name).description);
	const write: Write = (file, text) => writeFormatted(folder, file, text);
	for (const [index, { name }] of descriptions.entries()) {
		await write(`dist/${nodeFile(nodes[index]!, 'json')}`, json(parts.codexOf(row, name)));
	}
	const files = {
		nodes: nodes.map((name) => `dist/${nodeFile(name)}`),
		credentials: [`dist/${credentialFile(credential)}`],
	};
	await write('package.json', json(parts.manifestOf(row, main, files)));
	await write('CHANGELOG.md', parts.changelogOf(read('CHANGELOG.md'), row));
	const examples = await writeExamples(row, descriptions, write);
	const type = make<ICredentialType>(credentialFile(credential), credential);
	const notes = notesOn(type.displayName);
	await write(
		'README.md',
		parts.readmeOf({ row, provider, credential: type, nodes: descriptions, examples, notes }),
	);
}

type Write = (file: string, text: string) => Promise<void>;

const json = (value: object): string => JSON.stringify(value, null, '\t');

/** @returns what each written example does, by its file name */
async function writeExamples(
	row: PackageRow,
	descriptions: INodeTypeDescription[],
	write: Write,
): Promise<Record<string, string>> {
	const byName = Object.fromEntries(descriptions.map((each) => [each.name, each]));
	const does: Record<string, string> = {};
	for (const file of readdirSync(path.join(ROOT, 'examples'))) {
		if (!file.endsWith('.json')) continue;
		const example = JSON.parse(read(`examples/${file}`)) as Example;
		const converted = parts.convertExample(example, row, byName);
		if (!converted) continue;
		does[file] = example.name;
		await write(`examples/${file}`, json(converted));
	}
	return does;
}

/** What the main README says of a credential, in the last column of its table. */
function notesOn(displayName: string): string {
	const row = read('README.md')
		.split('\n')
		.find((line) => line.startsWith(`| ${displayName} `));
	const notes = row?.split('|').at(-2)?.trim();
	if (!notes) throw new Error(`The README says nothing about the credential "${displayName}"`);
	return notes;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !packages.some((row) => row.name === name));
if (unknown.length > 0) {
	console.error(
		`There is no package ${unknown.join(', ')}. There are:\n${packages.map(({ name }) => name).join('\n')}`,
	);
	process.exit(1);
}
const chosen = packages.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (const [index, row] of chosen.entries()) {
	await buildPackage(row);
	console.log(`${index + 1} of ${chosen.length}: dist/packages/${row.name}`);
}
