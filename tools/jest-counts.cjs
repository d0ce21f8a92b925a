// A jest reporter for .ci/run: leaves the run's counts in $TEST_COUNTS_DIR/jest.json.
const fs = require('node:fs');
const path = require('node:path');

module.exports = class Counts {
	onRunComplete(_contexts, results) {
		const counts = {
			passed: results.numPassedTests,
			// A file that cannot be loaded has no tests that could fail.
			failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
			skipped: results.numPendingTests + results.numTodoTests,
		};
		const folder = process.env.TEST_COUNTS_DIR;
		fs.mkdirSync(folder, { recursive: true });
		fs.writeFileSync(path.join(folder, 'jest.json'), JSON.stringify(counts));
	}
};
