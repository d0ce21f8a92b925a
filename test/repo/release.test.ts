/** npm run release, in a repository of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const REPOSITORY = 'https://github.com/someone/n8n-nodes-fixture';
const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.1.0] - 2026-01-02

- The first one.

[Unreleased]: ${REPOSITORY}/compare/v0.1.0...HEAD
[0.1.0]: ${REPOSITORY}/releases/tag/v0.1.0
`;

let folder: string;
const git = (...args: string[]) =>
	execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const versionIn = (file: string) => (JSON.parse(read(file)) as { version: string }).version;
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
const commit = () => git('commit', '--quiet', '--all', '--message', 'change');

function release(...args: string[]) {
	const { stdout, stderr, status } = spawnSync(
		process.execPath,
		[join(root, 'tools/release.mts'), ...args],
		{ cwd: folder, encoding: 'utf8' },
	);
	return { stdout, stderr, status };
}

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'release-'));
	const name = 'n8n-nodes-fixture';
	const manifest = { name, version: '0.1.0', repository: { url: `git+${REPOSITORY}.git` } };
	const lock = { name, version: '0.1.0', lockfileVersion: 3, packages: { '': manifest } };
	write('package.json', JSON.stringify(manifest, null, '\t'));
	write('package-lock.json', JSON.stringify(lock, null, 2));
	write('CHANGELOG.md', CHANGELOG);
	git('init', '--quiet', '--initial-branch', 'main');
	git('config', 'user.name', 'Somebody');
	git('config', 'user.email', 'somebody@example.com');
	git('add', '.');
	commit();
	git('tag', 'v0.1.0');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('moves the changes under their version, commits, tags, and says what to push', () => {
	const { stdout, status } = release('minor');
	expect(status).toBe(0);
	expect(stdout).toContain('- Something new.');
	expect(stdout).toContain('git push origin main v0.2.0');
	expect(versionIn('package.json')).toBe('0.2.0');
	expect(versionIn('package-lock.json')).toBe('0.2.0');
	expect(read('CHANGELOG.md').replace(/0\] - \d{4}-\d\d-\d\d/, '0] - DAY')).toBe(
		CHANGELOG.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [0.2.0] - DAY\n').replace(
			`[Unreleased]: ${REPOSITORY}/compare/v0.1.0...HEAD`,
			`[Unreleased]: ${REPOSITORY}/compare/v0.2.0...HEAD\n[0.2.0]: ${REPOSITORY}/compare/v0.1.0...v0.2.0`,
		),
	);
	expect(git('log', '-1', '--format=%s')).toBe('chore: release 0.2.0');
	expect(git('describe', '--exact-match')).toBe('v0.2.0');
	expect(git('status', '--porcelain')).toBe('');
});

it('releases the version that package.json has when it was never released', () => {
	const link = `[Unreleased]: ${REPOSITORY}/commits/main`;
	write('CHANGELOG.md', `# Changelog\n\n## [Unreleased]\n\n- The first one.\n\n${link}\n`);
	commit();
	git('tag', '--delete', 'v0.1.0');
	expect(release('0.1.0').status).toBe(0);
	expect(read('CHANGELOG.md')).toContain(`[0.1.0]: ${REPOSITORY}/releases/tag/v0.1.0\n`);
	expect(read('CHANGELOG.md')).not.toContain(link);
	expect(git('describe', '--exact-match')).toBe('v0.1.0');
});

it('changes nothing in a dry run', () => {
	const { stdout, status } = release('1.0.0', '--dry-run');
	expect(status).toBe(0);
	expect(stdout).toContain('n8n-nodes-fixture 1.0.0');
	expect(git('status', '--porcelain')).toBe('');
	expect(git('tag')).toBe('v0.1.0');
});

describe.each<[string, () => void, string[], string]>([
	['no version', () => undefined, [], 'Usage: npm run release'],
	['a word', () => undefined, ['huge'], '"huge" is no release'],
	['a version of the past', () => undefined, ['0.0.9'], '0.0.9 is below 0.1.0'],
	['a version that was released', () => undefined, ['0.1.0'], 'The tag v0.1.0 exists already'],
	['another branch', () => git('switch', '--quiet', '--create', 'x'), ['patch'], 'this is x'],
	[
		'uncommitted changes',
		() => write('package.json', read('package.json') + '\n'),
		['patch'],
		'not committed',
	],
	[
		'nothing to tell',
		() => {
			write('CHANGELOG.md', CHANGELOG.replace('- Something new.', ''));
			commit();
		},
		['patch'],
		'Nothing is listed',
	],
	[
		'no place to tell it',
		() => {
			write('CHANGELOG.md', '# Changelog\n');
			commit();
		},
		['patch'],
		'has no section "## [Unreleased]"',
	],
])('%s', (_what, prepare, args, sentence) => {
	it('is refused with a sentence, and nothing is released', () => {
		prepare();
		const before = git('rev-parse', 'HEAD');
		const { stderr, status } = release(...args);
		expect(status).toBe(1);
		expect(stderr).toContain(sentence);
		expect(stderr).not.toContain('    at ');
		expect(git('rev-parse', 'HEAD')).toBe(before);
		expect(git('tag')).toBe('v0.1.0');
	});
});
