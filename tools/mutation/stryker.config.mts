import type { PartialStrykerOptions } from '@stryker-mutator/api/core';

/** The parts of the package that are mutated, one at a time. */
const PARTS: Record<string, string> = {
	core: 'nodes/Seedance/core/**/*.ts',
	providers: 'nodes/Seedance/providers/**/*.ts',
	submit: 'nodes/Seedance/runtime/submit/**/*.ts',
	callbacks: 'nodes/Seedance/runtime/callbacks/**/*.ts',
};

const part = process.env.MUTATION_PART ?? 'core';
const folder = '.cache/mutation';

export default {
	mutate: [PARTS[part]!],
	plugins: ['./tools/mutation/jestRunner.mts'],
	testRunner: 'seedance-jest',
	coverageAnalysis: 'perTest',
	concurrency: 2,
	maxTestRunnerReuse: 150,
	timeoutMS: 15_000,
	incremental: true,
	incrementalFile: `${folder}/${part}.incremental.json`,
	tempDirName: `${folder}/tmp`,
	ignorePatterns: ['.cache', 'dist', 'docs/images', 'demo-videos', 'test/e2e', 'test/queue'],
	disableTypeChecks: false,
	reporters: ['progress', 'clear-text', 'html', 'json'],
	clearTextReporter: { logTests: false, reportTests: false, allowEmojis: false },
	htmlReporter: { fileName: `${folder}/${part}.html` },
	jsonReporter: { fileName: `${folder}/${part}.json` },
	thresholds: { high: 95, low: 85, break: 85 },
} satisfies PartialStrykerOptions;
