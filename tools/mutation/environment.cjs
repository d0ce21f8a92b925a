const path = require('node:path');
const SharedGlobals = require('../jest/environment.cjs');

/** As jest prints it. The outermost block has no name. */
const fullName = ({ name, parent }) => (parent?.parent ? `${fullName(parent)} ${name}` : name);

/**
 * Counts the coverage of each test, and skips the tests that cannot matter. The active mutant and the coverage are in
 * `__stryker__`, one object for all test files of a process.
 */
module.exports = class MutationEnvironment extends SharedGlobals {
	constructor(config, context) {
		super(config, context);
		this.file = path.relative('', context.testPath);
		this.failed = false;
	}

	handleTestEvent(event) {
		const { __stryker__: shared } = globalThis;
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
	}
};
