import type { PackageRow } from './list.ts';

const PAGE = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance';

/** What n8n's search finds the action node by. */
const ALIASES = [
	'AI Video',
	'Text to Video',
	'Image to Video',
	'Product Video',
	'Video Generation',
	'MP4',
	'ByteDance',
];

/**
 * The codex file of a node.
 *
 * @param node the node's name
 */
export const codexOf = ({ name, service }: PackageRow, node: string): object => ({
	node: `${name}.${node}`,
	nodeVersion: '1.0',
	codexVersion: '1.0',
	categories: ['Marketing'],
	alias: [...ALIASES, service],
	resources: {
		primaryDocumentation: [{ url: `${PAGE}#readme` }],
		credentialDocumentation: [{ url: `${PAGE}#credentials` }],
	},
});
