/** Three layers in one run: unit (pure), contract (wire), engine (n8n-core). e2e has a runner of its own. */
const project = (name) => ({
	displayName: name,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
});

module.exports = {
	projects: ['unit', 'contract', 'engine'].map(project),
	testTimeout: 30000,
	// One for each core: the largest file computes, most others wait.
	maxWorkers: '100%',
	// .ci/run sums the counts of all runners.
	reporters: process.env.TEST_COUNTS_FILE
		? ['default', '<rootDir>/tools/jest-counts.cjs']
		: ['default'],
};
