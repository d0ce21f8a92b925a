/**
 * The steps of docs/adding-a-provider.md, taken in a copy of the project with the made-up provider of test/recipe:
 * nothing else needs a change, and the whole house works with it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
/** Below the project, where its node_modules are found. */
const copy = join(root, '.cache', 'recipe');
const recipe = join(root, 'test', 'recipe', 'awkward');

/** Steps take seconds; on a machine that does much else, they may take long. */
const MINUTES = 60_000;

/** The lines that go into files that are there. */
const LINES: Record<string, (text: string) => string> = {
	'nodes/Seedance/providers/registry.ts': (text) =>
		`import { awkward } from './awkward';\n${text.replace(/(providers: [^=]*= \[[^\]]*?),?\s*\]/, '$1, awkward]')}`,
	'tools/packages/list.ts': (text) =>
		text.replace(
			/(packages: [^=]*= \[)/,
			"$1\n\t{\n\t\tname: 'n8n-nodes-seedance-awkward',\n\t\tprovider: 'awkward',\n\t\tservice: 'Awkward Video',\n\t\tkeywords: ['awkward'],\n\t},",
		),
	'package.json': (text) =>
		text.replace('"credentials": [', '$&"dist/credentials/AwkwardApi.credentials.js",'),
	'test/contract/dialects/index.ts': (text) =>
		`import { awkward } from './awkward.ts';\n${text.replace(/(contracts: [^=]*= \[)/, '$1 awkward,')}`,
	'test/sandbox/dialects/index.ts': (text) =>
		`import { awkward } from './awkward.ts';\n${text.replace(/(standIns: [^=]*= \[[^\]]*?),?\s*\]/, '$1, awkward]')}`,
};

const filesIn = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** A few of the many: what is as it should be, answers that are lost, and what may not be repeated. */
const FAULTS_PLAYED = 'awkward: (job, is as|submit, connection cut|cancel, HTTP 403|callback, )';

const run = (command: string, ...args: string[]) => runWith({}, command, ...args);

/** In the copy. @throws Error with the output where it fails */
function runWith(more: Record<string, string>, command: string, ...args: string[]): void {
	const env: NodeJS.ProcessEnv = { ...process.env, ...more };
	// In a test, n8n's linter takes every file for a node; and the counts are those of this run, not of the one in the copy.
	for (const name of ['NODE_ENV', 'TEST_COUNTS_FILE']) delete env[name];
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8', env });
	if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
}

const bin = (name: string) => join(root, 'node_modules', '.bin', name);

/** What git knows or would know: neither node_modules nor anything that is made. */
function filesOfProject(): string[] {
	const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
	const stdout = execFileSync('git', list, { cwd: root, encoding: 'utf8' });
	return stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
}

beforeAll(() => {
	rmSync(copy, { recursive: true, force: true });
	for (const file of filesOfProject()) cpSync(join(root, file), join(copy, file));
	cpSync(recipe, copy, { recursive: true });
	for (const [file, addLine] of Object.entries(LINES)) {
		const text = readFileSync(join(copy, file), 'utf8');
		writeFileSync(join(copy, file), addLine(text));
	}
	run(process.execPath, 'tools/docs.mts');
}, 5 * MINUTES);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The paths in the recipe's text; `<…>` stands for a name. */
function namedPaths(): RegExp[] {
	const text = readFileSync(join(root, 'docs/adding-a-provider.md'), 'utf8');
	const steps = /^1\. (.*?)\n\n/ms.exec(text)?.[1] ?? '';
	return [...steps.matchAll(/`([^`\s]+[/.][^`\s]*)`/g)]
		.map(([, path]) => path!)
		.filter((path) => path.includes('/') || existsSync(join(root, path)))
		.map((path) => {
			const pattern = path.replaceAll('.', '\\.').replace(/<\w+>/g, '\\w+');
			return new RegExp(`^${pattern}${path.endsWith('/') ? '[^/]+' : ''}$`);
		});
}

it('touches the files that the recipe names, all of them, and no other', () => {
	const isSame = (file: string) =>
		existsSync(join(root, file)) &&
		readFileSync(join(root, file)).equals(readFileSync(join(copy, file)));
	const touched = filesIn(copy).filter((file) => !file.startsWith('.cache') && !isSame(file));
	const named = namedPaths();
	expect(touched.filter((file) => !named.some((path) => path.test(file)))).toEqual([]);
	const untouched = named.filter((path) => !touched.some((file) => path.test(file)));
	expect(untouched.map(String)).toEqual([String(/^CHANGELOG\.md$/)]);
});

/** The parts of the made-up provider, and where they are. */
const PARTS: Record<string, string> = {
	Provider: 'nodes/',
	Credential: 'credentials/',
	'Contract row': 'test/contract/dialects/',
	Fixtures: 'test/contract/fixtures/',
	'Stand-in': 'test/sandbox/',
	'Workflow test': 'test/engine/',
	'Outcomes of the fault runs': 'test/faults/',
};

it('takes as many files and lines as the document says', () => {
	const text = readFileSync(join(root, 'docs/adding-a-provider.md'), 'utf8').replace(/ +/g, ' ');
	const rows = Object.entries(PARTS).map(([part, folder]) => {
		const files = filesIn(recipe).filter((file) => file.startsWith(folder));
		const lines = files.map(
			(file) => readFileSync(join(recipe, file), 'utf8').split('\n').length - 1,
		);
		return `| ${part} | ${files.length} | ${lines.reduce((sum, count) => sum + count, 0)} |`;
	});
	expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});

it('type-checks', () => run(bin('tsc'), '-p', '.'), 5 * MINUTES);

it(
	'passes the lint rules',
	() => {
		const sources = [
			'nodes/Seedance/providers',
			'credentials',
			'package.json',
			'test/contract/dialects/awkward.ts',
			'test/engine/awkward.test.ts',
			...readdirSync(join(recipe, 'test/sandbox/dialects'), { encoding: 'utf8' }).map(
				(file) => `test/sandbox/dialects/${file}`,
			),
		];
		run(bin('eslint'), '--max-warnings', '0', ...sources);
	},
	5 * MINUTES,
);

it(
	'stands in the form, makes videos, and keeps its promises on the wire',
	() => {
		const suites = ['contract/dialects', 'unit/fuzz', 'unit/authenticate', 'engine/awkward'];
		run(bin('jest'), '-i', '-t', '[aA]wkward', ...suites, 'engine/attackersSchemes');
	},
	5 * MINUTES,
);

it(
	'is in the fault runs, and comes out as committed',
	() => {
		const env = { FAULTS: FAULTS_PLAYED };
		runWith(env, bin('jest'), '-i', '--selectProjects', 'faults');
	},
	5 * MINUTES,
);

it(
	'keeps the house in order, the generated documents too',
	() => run(bin('jest'), '-i', 'repo/architecture', 'repo/docs'),
	5 * MINUTES,
);
