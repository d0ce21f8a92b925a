// npm run scan: runs the checks of n8n's own scanner before publishing. Packs dist/ like npm and runs the official
// checks on the sources and on the packed files, with the scanner's own setup and versions. Lookups at npm and GitHub
// (provenance, the commit's sources) are left out, because they only work after publishing. The packages for one provider
// are scanned as they are in dist/packages. If a folder is given, it is scanned instead: `node tools/scan.mjs FOLDER`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { pack } from '../test/n8n/pack.ts';
import { CACHE, ROOT } from '../test/n8n/paths.ts';

/**
 * The packed files that the scanner checks. The patterns are copied from a function of the scanner that only accepts
 * published packages.
 */
const PACKED_FILE_PATTERNS = ['**/*.js', 'package.json'];

const [folder] = process.argv.slice(2);
await scan('the sources', folder ?? ROOT, SOURCE_FILE_PATTERNS);
await scan('the packed files', folder ?? (await unpacked()), PACKED_FILE_PATTERNS);
if (folder === undefined) {
	const packages = path.join(ROOT, 'dist', 'packages');
	for (const name of readdirSync(packages)) {
		await scan(name, path.join(packages, name), PACKED_FILE_PATTERNS);
	}
}

async function scan(what, cwd, patterns) {
	const { passed, message, details } = await analyzePackage(cwd, patterns);
	// If there are no files, the scanner reports success.
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
