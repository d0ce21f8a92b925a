import { createRequire } from 'node:module';
import path from 'node:path';
import type { TestResult as FileResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { readConfig } from 'jest-config';
import JestTestRunner from 'jest-runner';
import Runtime from 'jest-runtime';
import { TestWatcher } from 'jest-watcher';

/** What mutated code reads (the active mutant) and writes (its coverage), and what the environment of a test reads. */
export interface Shared extends InstrumenterContext {
	/** Only these tests are run. Without it, all are. */
	testFilter?: Set<string>;
}

/** Compares every message and every row of a model with the committed pages, in a moment. */
const DOCUMENTS = '<rootDir>/test/repo/docs.test.ts';

/** Simulations and bombs: they take seconds, and kill hardly anything that the others leave alive. */
const SKIPPED = [
	'unit/fuzz',
	'unit/noticing',
	'unit/scheduler',
	'unit/workers',
	'contract/body',
].map((name) => `test/${name}.test.ts`);

/** A mutant may make a test wait forever. No test waits for seconds otherwise. */
const TEST_TIMEOUT_MS = 10_000;

export interface Jest {
	/** The test files, with their whole paths. */
	files: string[];
	/** @throws Error where jest itself fails */
	run(file: string): Promise<FileResult>;
}

/**
 * Jest within this process: it looks for its files once, not for each mutant.
 *
 * @param folders below test/, each of them a project of jest
 */
export async function createJest(root: string, folders: string[]): Promise<Jest> {
	const argv = { $0: '', _: [], config: JSON.stringify(configOf(root, folders)) };
	const { globalConfig, projectConfig } = await readConfig(
		{ ...argv, runInBand: true, silent: true, testLocationInResults: true } as Config.Argv,
		root,
	);
	const context = await Runtime.createContext(projectConfig, { maxWorkers: 1, watchman: false });
	const skipped = SKIPPED.map((file) => path.join(root, file));
	const found = context.hasteFS.matchFilesWithGlob(projectConfig.testMatch, null);
	return {
		files: [...found].filter((file) => !skipped.includes(file)).sort(),
		async run(file) {
			const runner = new JestTestRunner(globalConfig, {});
			const result = new Promise<FileResult>((resolve, reject) => {
				runner.on('test-file-success', ([, said]) => resolve(said));
				runner.on('test-file-failure', ([, error]) => reject(new Error(error.message)));
			});
			const watcher = new TestWatcher({ isWatchMode: false });
			await runner.runTests([{ context, path: file }], watcher, { serial: true });
			return await result;
		},
	};
}

/** The projects of jest.config.js as one. */
function configOf(root: string, folders: string[]): Config.InitialOptions {
	const require = createRequire(path.join(root, 'package.json'));
	const { projects } = require('./jest.config.js') as { projects: Config.InitialProjectOptions[] };
	const chosen = projects.filter(({ displayName }) => folders.includes(displayName as string));
	return {
		...chosen[0],
		rootDir: root,
		displayName: undefined,
		testMatch: [...chosen.flatMap(({ testMatch = [] }) => testMatch), DOCUMENTS],
		testEnvironment: '<rootDir>/tools/mutation/environment.ts',
		testTimeout: TEST_TIMEOUT_MS,
		runtime: '<rootDir>/tools/mutation/runtime.cjs',
	};
}
