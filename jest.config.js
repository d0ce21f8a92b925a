/**
 * All that needs no n8n server, in one run: the package by layers (unit, contract, engine), and what it is tested with and
 * made of (sandbox, repo). e2e has a runner of its own.
 */
const FOLDERS = {
	unit: ['unit'],
	contract: ['contract'],
	engine: ['engine'],
	sandbox: ['sandbox'],
	// The repository itself, and the parts of the suites that run outside of jest.
	repo: ['repo', 'soak', 'n8n'],
};

const project = ([name, folders]) => ({
	displayName: name,
	testEnvironment: name === 'contract' ? '<rootDir>/test/contract/nockEnvironment.ts' : 'node',
	testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
});

module.exports = {
	projects: Object.entries(FOLDERS).map(project),
	testTimeout: 30000,
	// One for each core: the largest file computes, most others wait.
	maxWorkers: '100%',
	// .ci/run sums the counts of all runners.
	reporters: process.env.TEST_COUNTS_FILE
		? ['default', '<rootDir>/tools/jest-counts.cjs']
		: ['default'],
};
