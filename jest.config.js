const { availableParallelism } = require('node:os');

/**
 * All that needs no n8n server: the package by layers (unit, contract, engine), what it is tested with and made of (sandbox,
 * repo), every fault at every node (faults), joined videos that are decoded (films), and a provider that is added to a copy of it (recipe). e2e has a runner of its own.
 */
const FOLDERS = {
	unit: ['unit'],
	contract: ['contract'],
	engine: ['engine'],
	faults: ['faults'],
	films: ['films'],
	sandbox: ['sandbox'],
	recipe: ['recipe'],
	// The repository itself, and the parts of the suites that run outside of jest.
	repo: ['repo', 'soak', 'n8n'],
};

const project = ([name, folders]) => ({
	displayName: name,
	testEnvironment: '<rootDir>/tools/jest/environment.cjs',
	runtime: '<rootDir>/tools/jest/runtime.cjs',
	testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache'],
	// Tests of the made-up provider, which run in the copy that it is added to.
	testPathIgnorePatterns: ['<rootDir>/test/recipe/awkward'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
});

module.exports = {
	projects: Object.entries(FOLDERS).map(project),
	testTimeout: 60_000,
	testSequencer: '<rootDir>/tools/jest/sequencer.cjs',
	// Jest would leave one core idle.
	maxWorkers: availableParallelism(),
	// .ci/run sums the counts of all runners.
	reporters: process.env.TEST_COUNTS_FILE
		? ['default', '<rootDir>/tools/jest-counts.cjs']
		: ['default'],
};
