/**
 * Runs jest for Stryker. Stryker's own runner loads, for each mutant, all test files that import the mutated file, and does
 * not stop at the first failure: half a minute, where a test file takes half a second to load. This one loads only the files
 * with a test that executes the mutant, and stops when one has failed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestResult as FileResult } from '@jest/test-result';
import type { MutantCoverage, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
	determineHitLimitReached,
	DryRunStatus,
	TestStatus,
	toMutantRunResult,
	type DryRunResult,
	type MutantRunOptions,
	type MutantRunResult,
	type TestResult,
	type TestRunner,
} from '@stryker-mutator/api/test-runner';
import { createJest, type Jest, type Shared } from './jest.mts';
import type { Options } from './options.mts';

/** What the initial run found out, for all processes, in the folder of the run. */
const FOUND = 'mutation-tests.json';

interface Found {
	/** The test files that execute each mutant. */
	filesOf: Record<string, string[]>;
	/** How long it takes to load each test file. */
	loadMs: Record<string, number>;
	/** How long each test takes, by its file and its ID. */
	testMs: Record<string, Record<string, number>>;
}

const shared: Shared = {};
Object.assign(globalThis, { __stryker__: shared });

class JestRunner implements TestRunner {
	static inject = tokens(commonTokens.options);
	private jest!: Jest;
	private found?: Found;
	/** How many mutants of a source file each test file has killed. */
	private readonly kills = new Map<string, Map<string, number>>();

	private readonly folders: string[];

	constructor(options: StrykerOptions) {
		this.folders = (options as unknown as Options).testFolders;
	}

	capabilities() {
		return { reloadEnvironment: true };
	}

	async init() {
		this.jest = await createJest(process.cwd(), this.folders);
	}

	async dryRun(): Promise<DryRunResult> {
		const all: MutantCoverage = { static: {}, perTest: {} };
		const found: Found = { filesOf: {}, loadMs: {}, testMs: {} };
		const tests: TestResult[] = [];
		for (const file of this.jest.files) {
			const coverage: MutantCoverage = (shared.mutantCoverage = { static: {}, perTest: {} });
			const started = performance.now();
			const result = await this.jest.run(file);
			if (result.testExecError) return failed(result);
			const results = testsIn(result);
			tests.push(...results);
			found.testMs[file] = Object.fromEntries(results.map((test) => [test.id, test.timeSpentMs]));
			found.loadMs[file] = performance.now() - started - sum(Object.values(found.testMs[file]));
			Object.assign(all.perTest, coverage.perTest);
			for (const [mutant, hits] of Object.entries(coverage.static)) {
				all.static[mutant] = (all.static[mutant] ?? 0) + hits;
			}
			const executed = [coverage.static, ...Object.values(coverage.perTest)].flatMap(Object.keys);
			for (const mutant of new Set(executed)) (found.filesOf[mutant] ??= []).push(file);
		}
		shared.mutantCoverage = undefined;
		writeFileSync(FOUND, JSON.stringify(found));
		return { status: DryRunStatus.Complete, tests, mutantCoverage: all };
	}

	async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
		const { activeMutant, testFilter, hitLimit } = options;
		shared.activeMutant = activeMutant.id;
		shared.testFilter = testFilter && new Set(testFilter);
		shared.hitLimit = hitLimit;
		shared.hitCount = hitLimit === undefined ? undefined : 0;
		const tests: TestResult[] = [];
		for (const file of this.filesOf(activeMutant)) {
			const result = await this.jest.run(file);
			const looping = determineHitLimitReached(shared.hitCount, hitLimit);
			if (looping) return toMutantRunResult(looping);
			if (result.testExecError) return toMutantRunResult(failed(result));
			tests.push(...testsIn(result));
			if (result.numFailingTests === 0) continue;
			this.remember(activeMutant.fileName, file);
			break;
		}
		return toMutantRunResult({ status: DryRunStatus.Complete, tests });
	}

	/** The test files that may kill it, first those that are likely to be quick about it. */
	private filesOf({ id, fileName }: MutantRunOptions['activeMutant']): string[] {
		this.found ??= JSON.parse(readFileSync(FOUND, 'utf8')) as Found;
		const { filesOf, loadMs, testMs } = this.found;
		const kills = this.kills.get(fileName);
		const cost = (file: string) => {
			const ids = Object.keys(testMs[file]!).filter((id) => shared.testFilter?.has(id) ?? true);
			const ms = loadMs[file]! + sum(ids.map((id) => testMs[file]![id]!));
			return ms / (1 + (kills?.get(file) ?? 0));
		};
		return (filesOf[id] ?? []).toSorted((a, b) => cost(a) - cost(b));
	}

	private remember(source: string, killer: string) {
		const kills = this.kills.get(source) ?? new Map<string, number>();
		this.kills.set(source, kills.set(killer, (kills.get(killer) ?? 0) + 1));
	}
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function failed({ testFilePath, testExecError }: FileResult): DryRunResult {
	const message = testExecError?.stack ?? testExecError?.message ?? '';
	const errorMessage = `${path.basename(testFilePath)} cannot be loaded: ${message}`;
	return { status: DryRunStatus.Error, errorMessage };
}

/** As the environment of the tests names them. Without the folder of the run, which is another one each time. */
const testId = (file: string, fullName: string) => `${path.relative('', file)}: ${fullName}`;

function testsIn({ testFilePath, testResults }: FileResult): TestResult[] {
	return testResults.map(({ fullName, duration, location, status, failureMessages }) => {
		const common = {
			id: testId(testFilePath, fullName),
			name: fullName,
			timeSpentMs: duration ?? 0,
			fileName: testFilePath,
			// Jest counts lines from 1, Stryker from 0.
			startPosition: location ? { line: location.line - 1, column: location.column } : undefined,
		};
		if (status === 'passed') return { ...common, status: TestStatus.Success };
		if (status !== 'failed') return { ...common, status: TestStatus.Skipped };
		const failureMessage = failureMessages.join(', ');
		return { ...common, status: TestStatus.Failed, failureMessage };
	});
}

export const strykerPlugins = [
	declareClassPlugin(PluginKind.TestRunner, 'seedance-jest', JestRunner),
];
