// Our code as it is published: benchmarks measure it bundled, as `npm run build` does it.
import { createRequire } from 'node:module';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { CACHE, ROOT } from '../n8n/paths.ts';
import type { OurCode } from './strategies.ts';

export function builtCode(): OurCode {
	const outfile = path.join(CACHE, 'simulation', 'bundle.js');
	const files = [
		'runtime/items/run',
		'runtime/submit/generateItems',
		'runtime/api/session',
		'providers/index',
	];
	buildSync({
		stdin: {
			contents: files.map((file) => `export * from './${file}';`).join('\n'),
			resolveDir: path.join(ROOT, 'nodes', 'Seedance'),
		},
		outfile,
		bundle: true,
		format: 'cjs',
		platform: 'node',
		target: 'es2022',
		external: ['n8n-workflow'],
		logLevel: 'warning',
	});
	return createRequire(outfile)(outfile) as OurCode;
}
