import type { PartialStrykerOptions } from '@stryker-mutator/api/core';

/** The parts of the package that are mutated, and the folders of the tests that should notice it. */
export const PARTS = {
	core: { sources: 'nodes/Seedance/core', tests: ['unit'] },
	// What is sent and read is proved by the contract suite. It takes longest.
	providers: { sources: 'nodes/Seedance/providers', tests: ['unit', 'contract'] },
	submit: { sources: 'nodes/Seedance/runtime/submit', tests: ['unit'] },
	callbacks: { sources: 'nodes/Seedance/runtime/callbacks', tests: ['unit'] },
};
export type Part = keyof typeof PARTS;

/** Options of Stryker, and of our own runner. */
export interface Options extends PartialStrykerOptions {
	testFolders: string[];
}

/** Reports and results. With the results of the last run, the next one tries only what has changed. */
const FOLDER = '.cache/mutation';

export const optionsOf = (part: Part, mutate = [`${PARTS[part].sources}/**/*.ts`]): Options => ({
	mutate,
	testFolders: PARTS[part].tests,
	plugins: ['./tools/mutation/jestRunner.mts'],
	testRunner: 'seedance-jest',
	coverageAnalysis: 'perTest',
	// A constant is evaluated while a file is loaded, so a mutant in it runs every test that imports the file, whether or not
	// the test depends on it. That takes hours.
	ignoreStatic: true,
	// Jest leaks memory with each test file.
	maxTestRunnerReuse: 150,
	timeoutMS: 15_000,
	incremental: true,
	incrementalFile: `${FOLDER}/${part}.incremental.json`,
	tempDirName: `${FOLDER}/tmp`,
	ignorePatterns: ['.cache', 'dist', 'demo-videos', 'docs/images'],
	disableTypeChecks: false,
	reporters: ['progress', 'clear-text', 'html', 'json'],
	clearTextReporter: { reportTests: false, logTests: false, allowEmojis: false },
	htmlReporter: { fileName: `${FOLDER}/${part}.html` },
	jsonReporter: { fileName: `${FOLDER}/${part}.json` },
	thresholds: { high: 95, low: 85, break: 85 },
	warnings: {
		slow: false,
		unknownOptions: false,
		preprocessorErrors: true,
		unserializableOptions: true,
	},
});
