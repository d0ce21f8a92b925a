import type { PackageRow } from './list.ts';

interface MainManifest {
	version: string;
	license: string;
	author: object;
	homepage: string;
	bugs: object;
	repository: object;
	engines: object;
	peerDependencies: object;
	n8n: { n8nNodesApiVersion: number; strict: boolean };
}

const KEYWORDS = [
	'n8n-community-node-package',
	'n8n',
	'seedance',
	'ai-video',
	'video',
	'video-generation',
	'text-to-video',
	'image-to-video',
];

/**
 * The package.json of a package: what is the same for all comes from the main package.
 *
 * @param files the nodes and credentials, as n8n looks for them
 */
export function manifestOf(
	{ name, service, keywords }: PackageRow,
	main: MainManifest,
	files: { nodes: string[]; credentials: string[] },
): object {
	const { version, license, author, homepage, bugs, repository, engines, peerDependencies } = main;
	return {
		name,
		version,
		description: `n8n node that turns product data into AI video with Seedance at ${service}: submit a job, wait for it, get the MP4`,
		keywords: [...KEYWORDS, ...keywords],
		license,
		author,
		homepage,
		bugs,
		repository,
		engines,
		files: ['dist', 'examples', 'CHANGELOG.md'],
		n8n: {
			n8nNodesApiVersion: main.n8n.n8nNodesApiVersion,
			strict: main.n8n.strict,
			credentials: files.credentials,
			nodes: files.nodes,
		},
		peerDependencies,
	};
}
