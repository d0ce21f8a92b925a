import type { PartialStrykerOptions } from '@stryker-mutator/api/core';

/** The parts of the package that are mutated. */
export const SOURCES = {
	core: 'nodes/Seedance/core',
	providers: 'nodes/Seedance/providers',
	submit: 'nodes/Seedance/runtime/submit',
	callbacks: 'nodes/Seedance/runtime/callbacks',
};
export type Part = keyof typeof SOURCES;

/** Reports and results. With the results of the last run, the next one tries only what has changed. */
const FOLDER = '.cache/mutation';

export const optionsOf = (part: Part, mutate: string[]): PartialStrykerOptions => ({
	mutate,
	plugins: ['./tools/mutation/jestRunner.mts'],
	testRunner: 'seedance-jest',
	coverageAnalysis: 'perTest',
	concurrency: 2,
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
		unknownOptions: true,
		preprocessorErrors: true,
		unserializableOptions: true,
	},
});
