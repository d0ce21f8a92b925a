// npm run scan: what n8n's own scanner will say of this package when it is published, said before. Packs dist/ as npm would
// and gives the official checks, in the scanner's own set-up and versions, the sources and the packed files, as it does itself.
// What it looks up at npm and GitHub (provenance, the commit's sources) is not there before publishing and is left out.
// With a folder, that is scanned instead: `node tools/scan.mjs FOLDER`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { pack } from '../test/n8n/pack.ts';
import { CACHE, ROOT } from '../test/n8n/paths.ts';

/** Of the packed files it looks at these. They stand in a function of the scanner that only takes published packages. */
const PACKED_FILE_PATTERNS = ['**/*.js', 'package.json'];

const [folder] = process.argv.slice(2);
await scan('the sources', folder ?? ROOT, SOURCE_FILE_PATTERNS);
await scan('the packed files', folder ?? (await unpacked()), PACKED_FILE_PATTERNS);

async function scan(what, cwd, patterns) {
	const { passed, message, details } = await analyzePackage(cwd, patterns);
	// Without a single file, the scanner is content.
	const clean = passed && message === undefined;
	console.log(`n8n's scanner on ${what}: ${clean ? 'clean' : message}`);
	if (details) console.log(details);
	if (!clean) process.exitCode = 1;
}

async function unpacked() {
	const tarball = await pack();
	const target = path.join(CACHE, 'package', 'unpacked');
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
	return target;
}
