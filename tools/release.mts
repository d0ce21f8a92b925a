// npm run release -- <patch | minor | major | x.y.z> [--dry-run]: makes a release from the committed state. It creates
// a commit and a tag on this machine. You push the tag yourself, which publishes the release.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Problem } from '../test/n8n/problem.ts';
import { released, unreleasedChanges } from './release/changelog.mts';
import { nextVersion } from './release/version.mts';

const USAGE = `Usage: npm run release -- <patch | minor | major | x.y.z> [--dry-run]`;

const run = (command: string, ...args: string[]) =>
	execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

interface Manifest {
	name: string;
	version: string;
	repository: { url: string };
}

function release(wanted: string, isDryRun: boolean): void {
	const { name, ...manifest } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
	const version = nextVersion(manifest.version, wanted);
	const tag = `v${version}`;
	checkRepository(tag);
	const changelog = readFileSync('CHANGELOG.md', 'utf8');
	const next = released(changelog, {
		version,
		date: new Date().toISOString().slice(0, 10),
		repository: manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, ''),
	});
	console.log(`${name} ${version}\n\n${unreleasedChanges(changelog)}\n`);
	if (isDryRun) return console.log('A dry run: nothing was changed.');

	writeFileSync('CHANGELOG.md', next);
	// Writes package.json and the lockfile, but does not call git.
	run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
	run('git', 'add', 'CHANGELOG.md', 'package.json', 'package-lock.json');
	run('git', 'commit', '--quiet', '--message', `chore: release ${version}`);
	run('git', 'tag', '--annotate', tag, '--message', `${name} ${version}`);
	console.log(`Committed and tagged. To publish it:\n\n  git push origin main ${tag}`);
}

/** Releases are made from main, without uncommitted changes. */
function checkRepository(tag: string): void {
	const branch = run('git', 'rev-parse', '--abbrev-ref', 'HEAD');
	if (branch !== 'main') throw new Problem(`Releases are made on main, and this is ${branch}.`);
	if (run('git', 'status', '--porcelain') !== '') {
		throw new Problem('There are changes that are not committed: commit or stash them first.');
	}
	if (run('git', 'tag', '--list', tag) !== '') {
		throw new Problem(`The tag ${tag} exists already: that version was released.`);
	}
}

try {
	const { positionals, values } = parseArgs({
		allowPositionals: true,
		options: { 'dry-run': { type: 'boolean', default: false } },
	});
	const [wanted, ...more] = positionals;
	if (wanted === undefined || more.length > 0) throw new Problem(USAGE);
	release(wanted, values['dry-run']);
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
}
