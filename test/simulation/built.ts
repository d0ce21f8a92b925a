// Our code as it is published: benchmarks measure dist/, which `npm run build` creates.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../n8n/paths.ts';
import type { OurCode } from './strategies.ts';

export function builtCode(): OurCode {
	const load = createRequire(path.join(ROOT, 'dist', 'nodes', 'Seedance', 'index.js'));
	const files = [
		'runtime/items/run',
		'runtime/submit/generateItems',
		'runtime/api/session',
		'providers/index',
	];
	return Object.assign({}, ...files.map((file): unknown => load(`./${file}.js`))) as OurCode;
}
