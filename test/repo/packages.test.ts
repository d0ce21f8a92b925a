/** The packages for one provider each: dist/packages as `npm run build:packages` left it, which `npm test` does before. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
	NodeHelpers,
	type ICredentialType,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';
import type { Access } from '../../nodes/Seedance/core/access';
import { providers } from '../../nodes/Seedance/providers';
import { packages } from '../../tools/packages/list.ts';

const root = resolve(__dirname, '../..');
const folderOf = (name: string) => join(root, 'dist', 'packages', name);

interface Manifest {
	name: string;
	version: string;
	keywords: string[];
	dependencies?: object;
	n8n: { nodes: string[]; credentials: string[] };
}
const read = (name: string, file: string) => readFileSync(join(folderOf(name), file), 'utf8');
const manifestOf = (name: string) => JSON.parse(read(name, 'package.json')) as Manifest;

function load<T>(name: string, file: string): T {
	const [, type] = /([^/]+)\.\w+\.js$/.exec(file)!;
	const types = jest.requireActual<Record<string, new () => T>>(join(folderOf(name), file));
	return new types[type!]!();
}

/** The hosts of a provider, in all its regions. */
function hostsOf(provider: string): string[] {
	const file = join(root, 'nodes/Seedance/providers', provider, 'access');
	const { access } = jest.requireActual<{ access: Access }>(file);
	const regions = Object.values(access.regions ?? {});
	return [access, ...regions]
		.flatMap(({ hosts }) => Object.values(hosts))
		.map((address) => new URL(address).host);
}

it('every provider has one package, under its name in the contract', () => {
	expect(packages.map(({ provider }) => provider).sort()).toEqual(
		providers.map(({ id }) => id).sort(),
	);
	expect(packages.map(({ name }) => name).sort()).toEqual([
		'n8n-nodes-seedance-fal',
		'n8n-nodes-seedance-it',
		'n8n-nodes-seedance-kie',
		'n8n-nodes-seedance-modelark',
		'n8n-nodes-seedance-openrouter',
		'n8n-nodes-seedance-replicate',
		'n8n-nodes-seedance-segmind',
		'n8n-nodes-seedance-wavespeed',
		'n8n-nodes-seedanceapi-org',
	]);
});

describe.each(packages)('$name', ({ name, provider: id }) => {
	const provider = providers.find((each) => each.id === id)!;
	const manifest = manifestOf(name);
	const nodes = manifest.n8n.nodes.map((file) => load<INodeType>(name, file).description);
	const [action] = nodes as [INodeType['description']];

	it('has one action node, a trigger if the provider calls back, and its credential', () => {
		const names = nodes.map((node) => node.name);
		expect(names).toEqual(['seedance', ...(provider.callback ? ['seedanceTrigger'] : [])]);
		const credentials = manifest.n8n.credentials.map((file) => load<ICredentialType>(name, file));
		expect(credentials.map((credential) => credential.name)).toEqual([provider.credential]);
		for (const node of nodes) {
			expect(node.credentials).toEqual([{ name: provider.credential, required: true }]);
		}
	});

	it('offers what the provider has, and nothing else', () => {
		const makesImages = provider.models.some(({ makes }) => makes === 'image');
		const expected = [
			'video generate',
			'video get',
			'video join',
			...(provider.callback ? ['video wait'] : []),
			...(provider.dialects.some(({ cancel }) => cancel) ? ['video cancel'] : []),
			...(makesImages ? ['image generate'] : []),
			...(provider.credits ? ['account getCredits'] : []),
		];
		const offered = action.properties
			.filter((property) => property.name === 'operation')
			.flatMap(({ displayOptions, options }) => {
				const [resource] = displayOptions?.show?.resource as string[];
				return (options ?? []).map((each) => `${resource} ${'value' in each ? each.value : ''}`);
			});
		expect(offered.sort()).toEqual(expected.sort());
	});

	it('has no choice of the provider, and no field that depends on one', () => {
		const withOptions = (properties: INodeProperties[]): INodeProperties[] =>
			properties.flatMap((property) => [
				property,
				...(property.type === 'collection'
					? withOptions(property.options as INodeProperties[])
					: []),
			]);
		const fields = nodes.flatMap(({ properties }) => withOptions(properties));
		expect(fields.length).toBeGreaterThan(30);
		const conditions = fields.flatMap(({ displayOptions: { show = {}, hide = {} } = {} }) => [
			...Object.keys(show),
			...Object.keys(hide),
		]);
		expect(fields.map((field) => field.name)).not.toContain('provider');
		expect(conditions.filter((each) => /^\/?provider$/.test(each))).toEqual([]);
	});

	it('holds no code and no address of another provider', () => {
		const code = ['bundle', 'joinVideos']
			.map((file) => read(name, `dist/nodes/Seedance/${file}.js`))
			.join('\n');
		// esbuild names the source of each part.
		const rooms = [...code.matchAll(/^\/\/ nodes\/Seedance\/providers\/(\w+)\//gm)];
		expect([...new Set(rooms.map(([, room]) => room))]).toEqual([id]);
		const foreign = packages
			.filter((other) => other.provider !== id)
			.flatMap((other) => hostsOf(other.provider))
			.filter((host) => code.includes(host));
		expect(foreign).toEqual([]);
	});

	it('tells of its own service only', () => {
		const others = packages.filter((other) => other.provider !== id).map(({ service }) => service);
		const texts = ['README.md', 'CHANGELOG.md', 'package.json'].map((file) => read(name, file));
		const named = others.filter((service) => {
			const word = new RegExp(`(?<![\\w.])${service.replaceAll('.', '\\.')}(?!\\w)`);
			return texts.some((text) => word.test(text));
		});
		expect(named).toEqual([]);
		expect(texts[0]).toContain(packages.find((row) => row.name === name)!.service);
	});

	it('can be published: its version, no dependencies, small', () => {
		const main = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
		expect(manifest).toMatchObject({ name, version: main.version });
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.dependencies).toBeUndefined();
		const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
			cwd: folderOf(name),
			encoding: 'utf8',
		});
		const [{ size, files }] = JSON.parse(output) as [
			{ size: number; files: Array<{ path: string }> },
		];
		expect(size).toBeLessThan(400_000);
		const paths = files.map(({ path }) => path);
		expect(paths).toEqual(
			expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/icons/seedance.svg']),
		);
		for (const node of manifest.n8n.nodes) expect(paths).toContain(node.replace(/\.js$/, '.json'));
	});

	const examplesFolder = join(folderOf(name), 'examples');
	const examples = existsSync(examplesFolder) ? readdirSync(examplesFolder) : [];

	it('has examples that its forms accept as they are', () => {
		expect(examples.length).toBeGreaterThan(2);
		const problems = examples.flatMap((file) => {
			const { nodes: parts } = JSON.parse(read(name, `examples/${file}`)) as { nodes: INode[] };
			const own = parts.filter(({ type }) => type.startsWith(name));
			expect(parts.filter(({ type }) => type.startsWith('n8n-nodes-seedance.'))).toEqual([]);
			return own.flatMap((node) => problemsOf(node).map((problem) => `${file}: ${problem}`));
		});
		expect(problems).toEqual([]);
	});

	/** What n8n's editor would mark, and parameters that the form does not have. */
	function problemsOf(node: INode): string[] {
		const type = node.type.replace(`${name}.`, '').replace(/Tool$/, '');
		const description = nodes.find((each) => each.name === type)!;
		const { properties } = description;
		const filled = NodeHelpers.getNodeParameters(
			properties,
			node.parameters,
			true,
			false,
			node,
			description,
		) as INodeParameters;
		const issues = NodeHelpers.getNodeParametersIssues(
			properties,
			{ ...node, parameters: filled },
			description,
		);
		const unknown = Object.keys(node.parameters).filter(
			(parameter) => parameter !== 'toolDescription' && !Object.hasOwn(filled, parameter),
		);
		return [...Object.values(issues?.parameters ?? {}).flat(), ...unknown];
	}
});
