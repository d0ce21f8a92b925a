import path from 'node:path';
import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import type { Circus } from '@jest/types';
import NockEnvironment from '../../test/contract/nockEnvironment.ts';
import type { Shared } from './jest.mts';

/** One object for all test files of a process. */
const { __stryker__: shared } = globalThis as unknown as { __stryker__: Shared };

/** Gives the tests the active mutant, counts the coverage of each test, and skips the tests that cannot matter. */
export default class MutationEnvironment extends NockEnvironment {
	private readonly file: string;
	private failed = false;

	constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
		super(config, context);
		this.file = path.relative('', context.testPath);
		this.global.__stryker__ = shared;
	}

	handleTestEvent = (event: Circus.Event): void => {
		if (event.name === 'test_start') {
			const id = `${this.file}: ${fullName(event.test)}`;
			shared.currentTestId = id;
			const matters = !this.failed && (!shared.testFilter || shared.testFilter.has(id));
			if (!matters) event.test.mode = 'skip';
		}
		if (event.name === 'test_done') {
			shared.currentTestId = undefined;
			this.failed ||= event.test.errors.length > 0;
		}
	};
}

/** As jest prints it. The outermost block has no name. */
function fullName({ name, parent }: Circus.TestEntry | Circus.DescribeBlock): string {
	return parent?.parent ? `${fullName(parent)} ${name}` : name;
}
