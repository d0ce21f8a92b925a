const { default: Sequencer } = require('@jest/test-sequencer');

/** The files that take longest. What starts last should be short, so that no core is idle at the end. */
const LONGEST = [
	'engine/waitSleep',
	'engine/waitForWebhook',
	'engine/sharedKeys',
	'engine/generateVideo',
	'engine/promises',
	'engine/dialects',
	'engine/errors',
	'unit/fuzz',
	'engine/attackers',
	'engine/downloads',
	'engine/oddAnswers',
	'engine/batches',
	'engine/money',
	'engine/trigger',
	'contract/dialects',
	'engine/checkStatus',
	'repo/release',
	'engine/triggerStart',
	'engine/crossedOptions',
];

const rankOf = ({ path }) => {
	const rank = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
	return rank === -1 ? LONGEST.length : rank;
};

/** Jest itself knows only from an earlier run which files are long; a fresh clone has had none. */
module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
	}
};
