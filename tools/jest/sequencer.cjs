const { default: Sequencer } = require('@jest/test-sequencer');

/** The files that take longest. What starts last should be short, so that no core is idle at the end. */
const LONGEST = [
	'engine/promises',
	'unit/fuzz',
	'contract/dialects',
	'engine/waitForWebhook',
	'unit/changeProvider',
	'repo/packages',
	'sandbox/test/modelArkList',
	'contract/segmindUpload',
	'sandbox/test/replicate',
	'repo/release',
	'repo/scan',
	'engine/attackers',
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
