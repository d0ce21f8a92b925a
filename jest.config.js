const { availableParallelism } = require('node:os');

/**
 * All that needs no n8n server: the package by layers (unit, contract, engine), what it is tested with and made of (sandbox,
 * repo), and every fault at every node (faults). e2e has a runner of its own.
 */
const FOLDERS = {
	unit: ['unit'],
	contract: ['contract'],
	engine: ['engine'],
	faults: ['faults'],
	sandbox: ['sandbox'],
	// The repository itself, and the parts of the suites that run outside of jest.
	repo: ['repo', 'soak', 'n8n'],
};

const project = ([name, folders]) => ({
	displayName: name,
	testEnvironment: '<rootDir>/tools/jest/environment.cjs',
	runtime: '<rootDir>/tools/jest/runtime.cjs',
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
	testSequencer: '<rootDir>/tools/jest/sequencer.cjs',
	// One more than there are cores, because many tests wait for seconds that must be real.
	maxWorkers: availableParallelism() + 1,
	// .ci/run sums the counts of all runners.
	reporters: process.env.TEST_COUNTS_FILE
		? ['default', '<rootDir>/tools/jest-counts.cjs']
		: ['default'],
};
