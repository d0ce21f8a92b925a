import communityNodes from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

// Both plugins of n8n at their recommended level, no rule switched off: what the verification scanner runs.
const base = (config) => ({
	plugins: { 'n8n-nodes-base': nodesBase },
	rules: Object.fromEntries(
		Object.entries(nodesBase.configs[config].rules).filter(([rule]) => isForPackages(rule)),
	),
});

/** One rule says of itself that it is for n8n's own repository only; it contradicts the one for packages. */
function isForPackages(rule) {
	const { description } = nodesBase.rules[rule.replace('n8n-nodes-base/', '')].meta.docs;
	return !description.includes('Only applicable to nodes in the main repository');
}

export default tseslint.config(
	// Alone in its object, so that it holds for all that follow. The made-up provider is looked at where its files belong.
	{
		ignores: ['dist/**', '.cache/**', '**/node_modules/**', 'demo-videos/**', 'test/recipe/**'],
	},
	{ linterOptions: { noInlineConfig: true } },
	{
		files: [
			...['nodes/**/*.ts', 'packages/**/*.ts', 'credentials/**/*.ts'],
			...['test/**/*.ts', 'tools/**/*.{ts,mts}'],
		],
		extends: [tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { projectService: true } },
	},
	{
		// Jest's asymmetric matchers (`expect.any`) are of type any.
		files: ['test/**/*.test.ts'],
		rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
	},
	{
		files: ['nodes/**/*.ts', 'packages/**/*.ts', 'credentials/**/*.ts', 'package.json'],
		extends: [communityNodes.configs.recommended],
	},
	{ files: ['nodes/**/*.ts', 'packages/**/*.ts'], ...base('nodes') },
	{ files: ['nodes/**/*.ts', 'packages/**/*.ts'], rules: { 'no-console': 'error' } },
	{ files: ['credentials/**/*.ts'], ...base('credentials') },
	{
		files: ['package.json'],
		...base('community'),
		extends: [tseslint.configs.disableTypeChecked],
		languageOptions: {
			parser: tseslint.parser,
			parserOptions: { extraFileExtensions: ['.json'], projectService: false, project: null },
		},
	},
);
