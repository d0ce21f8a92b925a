import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import ts from 'typescript';
import { providers } from '../../nodes/Seedance/providers';

const root = resolve(__dirname, '../..');
const house = join(root, 'nodes/Seedance');

interface SourceFile {
	/** Below nodes/Seedance. */
	path: string;
	tree: ts.SourceFile;
	lines: number;
}
const files: SourceFile[] = readdirSync(house, { recursive: true, encoding: 'utf8' })
	.filter((path) => path.endsWith('.ts'))
	.map((path) => {
		const text = readFileSync(join(house, path), 'utf8');
		return {
			path: path.replaceAll('\\', '/'),
			tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
			lines: text.trimEnd().split('\n').length,
		};
	});

function nodesIn(tree: ts.Node): ts.Node[] {
	const found: ts.Node[] = [];
	const visit = (node: ts.Node) => {
		found.push(node);
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return found;
}

/** A file of the house as its path without ending, anything else as it is written. */
function importsOf({ path, tree }: SourceFile): string[] {
	return nodesIn(tree).flatMap((node) => {
		const specifier =
			ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
				? node.moduleSpecifier
				: ts.isCallExpression(node) &&
					  (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
							node.expression.getText() === 'require')
					? node.arguments[0]
					: undefined;
		if (!specifier || !ts.isStringLiteral(specifier)) return [];
		const { text } = specifier;
		if (!text.startsWith('.')) return [text];
		const target = relative(house, resolve(house, dirname(path), text));
		return [posix.normalize(target.replaceAll('\\', '/'))];
	});
}

const RUNTIME = /^(n8n-workflow|node:crypto|core\/.+|providers(\/index)?)$/;

/** What a folder may import beside its own files; `providers` alone is the registry, providers/index. */
const allowed: Record<string, RegExp[]> = {
	core: [/^(node:crypto|zod|image-size)$/],
	providers: [/^(node:crypto|core\/.+)$/],
	films: [/^(mp4box|core\/.+)$/],
	form: [/^(n8n-workflow|core\/.+|providers(\/index)?)$/],
	'runtime/limits': [RUNTIME],
	'runtime/api': [RUNTIME, /^runtime\/limits\//],
	'runtime/items': [RUNTIME, /^runtime\/(limits|api)\//],
	'runtime/wait': [RUNTIME, /^runtime\/(limits|api)\//],
	'runtime/callbacks': [RUNTIME, /^runtime\/(limits|api|items|wait)\//],
	'runtime/submit': [RUNTIME, /^runtime\/(limits|api|items|wait|callbacks)\//],
	operations: [RUNTIME, /^(runtime|films)\//],
	'.': [/^(n8n-workflow|providers(\/index)?)$/, /^(operations|form)\//],
};

/** `providers/seedance` stands for `providers`; the nodes themselves are `.`. */
const folderOf = (path: string): string | undefined =>
	Object.keys(allowed).find((folder) =>
		folder === '.' ? /^[^/]+\.node\.ts$/.test(path) : path.startsWith(`${folder}/`),
	);

it('every file stands in one of the folders', () => {
	expect(files.length).toBeGreaterThan(30);
	expect(files.filter(({ path }) => !folderOf(path)).map(({ path }) => path)).toEqual([]);
});

it.each(Object.entries(allowed))('%s imports only what is allowed to it', (folder, patterns) => {
	const inside = files.filter(({ path }) => folderOf(path) === folder);
	const wrong = inside
		.flatMap((file) => importsOf(file).map((target) => ({ from: file.path, target })))
		.filter(({ target }) => folder === '.' || !target.startsWith(`${folder}/`))
		.filter(({ target }) => !patterns.some((pattern) => pattern.test(target)));
	expect(inside.length).toBeGreaterThan(0);
	expect(wrong).toEqual([]);
});

it('a provider imports nothing of another one', () => {
	const wrong = files.flatMap((file) => {
		const [, own] = /^providers\/(\w+)\//.exec(file.path) ?? [];
		return importsOf(file)
			.filter(
				(target) => own && /^providers\//.test(target) && !target.startsWith(`providers/${own}/`),
			)
			.map((target) => `${file.path} → ${target}`);
	});
	expect(wrong).toEqual([]);
});

it('no file imports itself, by whatever way round', () => {
	const imports = new Map(
		files.map((file) => [file.path.replace(/(\/index)?\.ts$/, ''), importsOf(file)]),
	);
	const circles: string[][] = [];
	const done = new Set<string>();
	const visit = (path: string, way: string[]): void => {
		if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path]);
		if (way.includes(path) || done.has(path)) return;
		for (const target of imports.get(path) ?? [])
			visit(target.replace(/\/index$/, ''), [...way, path]);
		done.add(path);
	};
	for (const path of imports.keys()) visit(path, []);
	expect(circles).toEqual([]);
});

it.each([
	['zod', 'core/zod.ts'],
	['image-size', 'core/imageSize.ts'],
	['mp4box', 'films/mp4box.ts'],
])('%s, which is bundled, comes in at one door', (library, door) => {
	const doors = files.filter((file) => importsOf(file).includes(library)).map(({ path }) => path);
	expect(doors).toEqual([door]);
});

it('no file is longer than 200 lines', () => {
	expect(files.filter(({ lines }) => lines > 200).map(({ path }) => path)).toEqual([]);
});

/** A form is a list and not logic, even where a function makes it. */
const isForm = (node: ts.Node) =>
	ts.isFunctionDeclaration(node) && node.type?.getText() === 'INodeProperties[]';

it('no function is longer than 45 lines', () => {
	const long = files.flatMap(({ path, tree }) =>
		nodesIn(tree)
			.filter((node) => ts.isFunctionLike(node) && !isForm(node))
			.map((node) => {
				const line = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
				const first = line(node.getStart());
				return { at: `${path}:${first + 1}`, lines: line(node.getEnd()) - first + 1 };
			})
			.filter(({ lines }) => lines > 45),
	);
	expect(long).toEqual([]);
});

it('signatures, tokens and secrets are compared in constant time only', () => {
	const operators = [
		ts.SyntaxKind.EqualsEqualsToken,
		ts.SyntaxKind.EqualsEqualsEqualsToken,
		ts.SyntaxKind.ExclamationEqualsToken,
		ts.SyntaxKind.ExclamationEqualsEqualsToken,
	];
	const isSecret = (node: ts.Node) =>
		/(signature|token|secret|hmac|digest|apikey|given)\b/i.test(node.getText()) &&
		!ts.isTypeOfExpression(node);
	/** Whether there is one at all, and how many, may be asked for. */
	const isPlain = (node: ts.Node) =>
		ts.isStringLiteral(node) || node.getText() === 'undefined' || /\.length$/.test(node.getText());
	const wrong = files.flatMap(({ path, tree }) =>
		nodesIn(tree).flatMap((node) => {
			if (!ts.isBinaryExpression(node) || !operators.includes(node.operatorToken.kind)) return [];
			const sides = [node.left, node.right];
			const isWrong = sides.some(isSecret) && !sides.some(isPlain);
			return isWrong ? [`${path}: ${node.getText()}`] : [];
		}),
	);
	expect(wrong).toEqual([]);
	const { tree } = files.find(({ path }) => path === 'core/signature.ts')!;
	expect(tree.getText().match(/timingSafeEqual\(/g)).toHaveLength(2);
});

it('no choice of a model is written anywhere but in its row', () => {
	const choices = new Set(
		providers.flatMap(({ models }) =>
			models.flatMap(({ id, modes }) => [
				id,
				...Object.values(modes).flatMap(({ aspectRatio, resolution }) => [
					...(aspectRatio?.values ?? []),
					...(resolution?.values ?? []),
				]),
			]),
		),
	);
	const written = files
		.filter(({ path }) => folderOf(path) !== 'providers')
		.flatMap(({ path, tree }) =>
			nodesIn(tree).flatMap((node) =>
				ts.isStringLiteralLike(node) && choices.has(node.text) ? [`${path}: ${node.text}`] : [],
			),
		);
	expect(choices.size).toBeGreaterThan(3);
	expect(written).toEqual([]);
});

describe('package.json', () => {
	const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
		string,
		Record<string, string> | undefined
	>;

	it('has nothing that is installed with the package', () => {
		for (const part of ['dependencies', 'optionalDependencies', 'bundledDependencies', 'overrides'])
			expect(manifest).not.toHaveProperty(part);
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('has no script that runs by itself', () => {
		const byItself =
			/^(pre|post)?(install|prepare|pack|publish|publishOnly|uninstall|version|dependencies)$|^(pre|post)(test|build|start)$/;
		expect(Object.keys(manifest.scripts!).filter((name) => byItself.test(name))).toEqual([]);
	});
});
