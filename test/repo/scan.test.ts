import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const MANIFEST = {
	name: 'n8n-nodes-fixture',
	version: '1.0.0',
	description: 'A package for this test',
	license: 'MIT',
	author: { name: 'Somebody', email: 'somebody@example.com' },
	homepage: 'https://example.com',
	keywords: ['n8n-community-node-package'],
	files: ['dist'],
	peerDependencies: { 'n8n-workflow': '*' },
	n8n: { n8nNodesApiVersion: 1, strict: true, nodes: ['dist/nodes/Foo/Foo.node.js'] },
};

/** What `npm run scan` says of a package that has these files beside a right package.json. */
function scan(files: Record<string, string>, manifest: object = MANIFEST) {
	const folder = mkdtempSync(join(tmpdir(), 'scan-'));
	try {
		const all = { 'package.json': JSON.stringify(manifest), ...files };
		for (const [name, text] of Object.entries(all)) {
			mkdirSync(dirname(join(folder, name)), { recursive: true });
			writeFileSync(join(folder, name), text);
		}
		const { stdout, status } = spawnSync(process.execPath, ['tools/scan.mjs', folder], {
			encoding: 'utf8',
		});
		return { stdout, status };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

describe("n8n's scanner, as npm run scan calls it", () => {
	it('is content with a package that keeps to the rules', () => {
		const { stdout, status } = scan({ 'dist/nodes/Foo/Foo.node.js': 'exports.Foo = class {};' });
		expect(stdout).toContain('on the sources: clean');
		expect(stdout).toContain('on the packed files: clean');
		expect(status).toBe(0);
	});

	it('refuses what n8n does not allow, in the sources and in what was built', () => {
		const forbidden = {
			'dist/nodes/Foo/Foo.node.js': 'require("node:fs");',
			'nodes/Foo/foo.ts': 'console.log(process.env.HOME);',
		};
		const { stdout, status } = scan(forbidden, { ...MANIFEST, dependencies: { axios: '1.0.0' } });
		for (const rule of [
			'restricted-imports',
			'restricted-globals',
			'console',
			'runtime-dependencies',
		])
			expect(stdout).toContain(`no-${rule}`);
		expect(status).toBe(1);
	});
});
