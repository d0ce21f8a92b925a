// Bundles the nodes and credentials of a package into one file, which loads several times as fast as a file for each
// source. n8n finds each class in a file of its own, as its package.json says; that file only passes it on.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { ROOT } from '../../test/n8n/paths.ts';

export interface Bundle {
	/** The folder that becomes the package's dist. */
	outdir: string;
	/** Class names. */
	nodes: readonly string[];
	credentials: readonly string[];
	/** The only provider of the package, as its folder is named; without it, all of the registry. */
	provider?: string;
}

const NODES = 'nodes/Seedance';
const BUNDLE = 'bundle';
/** Loaded when it is first needed: Join Videos brings a library of its own. */
const LATER = 'joinVideos';
/** What is bundled; their licences ask to be passed on. */
const LIBRARIES = { [BUNDLE]: ['zod', 'image-size'], [LATER]: ['mp4box'] };
const COMMON = {
	bundle: true,
	format: 'cjs' as const,
	platform: 'node' as const,
	target: 'es2022',
	external: ['n8n-workflow'],
	charset: 'utf8' as const,
	logLevel: 'warning' as const,
} satisfies BuildOptions;

export const nodeFile = (name: string, ending = 'js'): string => `${NODES}/${name}.node.${ending}`;
export const credentialFile = (name: string, ending = 'js'): string =>
	`credentials/${name}.credentials.${ending}`;

/** n8n's linter wants every node below nodes/ in the main package, so the one of the other packages is elsewhere. */
const sourceOf = (node: string): string =>
	node === 'Seedance' ? `packages/${node}/${node}.node.ts` : nodeFile(node, 'ts');

export async function bundle({ outdir, nodes, credentials, provider }: Bundle): Promise<void> {
	const sources = [
		...nodes.map((name) => ({ name, source: sourceOf(name), file: nodeFile(name) })),
		...credentials.map((name) => ({
			name,
			source: credentialFile(name, 'ts'),
			file: credentialFile(name),
		})),
	];
	const registry = provider === undefined ? [] : [onlyProvider(provider)];
	await build({
		stdin: {
			contents: sources
				.map(({ name, source }) => `export { ${name} } from './${source}';`)
				.join('\n'),
			resolveDir: ROOT,
			loader: 'ts',
		},
		...COMMON,
		outfile: path.join(outdir, NODES, `${BUNDLE}.js`),
		banner: { js: LIBRARIES[BUNDLE].map(licenceOf).join('\n') },
		plugins: [later, ...registry],
		// Of a file of ours: require(), as everywhere in it.
		supported: { 'dynamic-import': false },
	});
	await build({
		...COMMON,
		entryPoints: [path.join(ROOT, NODES, 'operations', `${LATER}.ts`)],
		outfile: path.join(outdir, NODES, `${LATER}.js`),
		plugins: registry,
		minify: true,
		// n8n's scanner does not allow the library's log.
		drop: ['console'],
		define: { console: 'noConsole' },
		banner: { js: `${LIBRARIES[LATER].map(licenceOf).join('\n')}\nconst noConsole = {};` },
	});
	for (const { name, file } of sources) {
		const target = path.join(outdir, file);
		const from = path.posix.relative(path.posix.dirname(file), `${NODES}/${BUNDLE}`);
		mkdirSync(path.dirname(target), { recursive: true });
		writeFileSync(
			target,
			`'use strict';\nexports.${name} = require('${from.startsWith('.') ? from : `./${from}`}').${name};\n`,
		);
	}
}

/** Leaves Join Videos to a file of its own. */
const later: Plugin = {
	name: 'later',
	setup(builder) {
		builder.onResolve({ filter: new RegExp(`/${LATER}$`) }, ({ kind }) =>
			kind === 'dynamic-import' ? { path: `./${LATER}`, external: true } : undefined,
		);
	},
};

/** The registry with one provider. */
const onlyProvider = (name: string): Plugin => ({
	name: 'only-provider',
	setup(builder) {
		builder.onResolve({ filter: /^\.\/registry$/ }, () => ({ path: name, namespace: 'registry' }));
		builder.onLoad({ filter: /.*/, namespace: 'registry' }, () => ({
			contents: `import { ${name} } from './${name}';\nexport const providers = [${name}];\n`,
			resolveDir: path.join(ROOT, NODES, 'providers'),
			loader: 'ts',
		}));
	},
});

const licenceOf = (library: string): string => {
	const text = readFileSync(path.join(ROOT, 'node_modules', library, 'LICENSE'), 'utf8').trim();
	return `/*!\n${library}\n\n${text.replaceAll('*/', '* /')}\n*/`;
};
