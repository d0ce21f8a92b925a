// A jest reporter for .ci/run: writes the run's counts to $TEST_COUNTS_FILE.
const fs = require('node:fs');

module.exports = class Counts {
	onRunComplete(_contexts, results) {
		const counts = {
			passed: results.numPassedTests,
			// A file that cannot be loaded has no failed tests, so it is counted separately.
			failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
			skipped: results.numPendingTests + results.numTodoTests,
		};
		fs.writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts));
	}
};
