/** The tarball that npm would publish: dist/ as `npm run build` left it, which `npm test` does before. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Packed {
	size: number;
	unpackedSize: number;
	files: Array<{ path: string }>;
}

function packed(): Packed {
	if (!existsSync(join(root, 'dist'))) throw new Error('There is no dist/: run `npm run build`');
	const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
		cwd: root,
		encoding: 'utf8',
	});
	return (JSON.parse(json) as [Packed])[0];
}

const { n8n } = JSON.parse(read('package.json')) as {
	n8n: { nodes: string[]; credentials: string[] };
};

/** The bundle, a file for each class that n8n looks for, its codex file, and the icons. */
const expected = [
	'CHANGELOG.md',
	'LICENSE',
	'README.md',
	'package.json',
	'dist/nodes/Seedance/bundle.js',
	'dist/nodes/Seedance/joinVideos.js',
	...n8n.credentials,
	...n8n.nodes,
	...n8n.nodes
		.map((path) => path.replace(/\.js$/, '.json'))
		.filter((path) => existsSync(join(root, path.replace('dist/', '')))),
	...readdirSync(join(root, 'icons')).map((name) => `dist/icons/${name}`),
].sort();

describe('the package', () => {
	const { files, size, unpackedSize } = packed();
	const paths = files.map(({ path }) => path);

	it('holds what runs, its license, readme and changelog, and nothing else', () => {
		expect(expected.length).toBeGreaterThan(25);
		expect([...paths].sort()).toEqual(expected);
	});

	it('has a class in each of the files that n8n looks for', () => {
		for (const path of [...n8n.nodes, ...n8n.credentials]) {
			const [, name] = /([^/]+)\.\w+\.js$/.exec(path)!;
			const { [name!]: Type } = jest.requireActual<Record<string, new () => object>>(
				join(root, path),
			);
			expect(new Type!()).toHaveProperty(
				path.includes('/credentials/') ? 'authenticate' : 'description',
			);
		}
	});

	it('is small', () => {
		expect(size).toBeLessThan(250_000);
		expect(unpackedSize).toBeLessThan(1_000_000);
	});

	it('keeps the licence of what is bundled', () => {
		const bundle = read('dist/nodes/Seedance/joinVideos.js');
		expect(bundle).toContain(read('node_modules/mp4box/LICENSE').trim());
	});

	it('tells nothing of the machine that built it', () => {
		const telling = paths.filter((path) => {
			const text = read(path);
			return text.includes(root) || text.includes('sourceMappingURL');
		});
		expect(telling).toEqual([]);
	});
});

/** What n8n asks of a verified package, beyond what its linters look at. */
describe('package.json', () => {
	const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
	const repository = manifest.repository as { url: string };
	const page = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');

	it('is MIT, as its license says', () => {
		expect(manifest.license).toBe('MIT');
		expect(read('LICENSE')).toMatch(/^MIT License/);
	});

	it('points at one public repository on GitHub, which provenance needs', () => {
		expect(page).toMatch(/^https:\/\/github\.com\/[^/]+\/n8n-nodes-seedance$/);
		expect(manifest.homepage).toBe(`${page}#readme`);
		expect(manifest.bugs).toEqual({ url: `${page}/issues` });
	});

	it('is strict, and found by what people search for', () => {
		expect(manifest.n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: true });
		expect(manifest.keywords).toEqual(
			expect.arrayContaining(['n8n-community-node-package', 'seedance', 'text-to-video', 'video']),
		);
	});

	it('has the version that the lockfile has', () => {
		const lock = JSON.parse(read('package-lock.json')) as { version: string };
		expect(lock.version).toBe(manifest.version);
	});

	it('names no registry in its lockfile, so that any can be used', () => {
		expect(read('package-lock.json')).not.toMatch(/"resolved"/);
	});
});
