// A jest reporter for .ci/run: leaves the run's counts in $TEST_COUNTS_FILE, and what failed.
const fs = require('node:fs');

/** Colours say nothing in a log. */
const plain = (text) => text.replace(/\u001b\[\d+m/g, '');

module.exports = class Counts {
	onRunComplete(_contexts, results) {
		const counts = {
			passed: results.numPassedTests,
			// A file that cannot be loaded has no failed tests, so it is counted separately.
			failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
			skipped: results.numPendingTests + results.numTodoTests,
			failures: results.testResults.flatMap(failuresOf),
		};
		fs.writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts));
	}
};

function failuresOf({ testFilePath, testResults, testExecError }) {
	const failed = testResults.filter(({ status }) => status === 'failed');
	if (testExecError) {
		return [{ name: testFilePath, message: plain(String(testExecError.message)) }];
	}
	return failed.map(({ fullName, failureMessages }) => ({
		name: fullName,
		message: plain(failureMessages.join('\n')),
	}));
}
