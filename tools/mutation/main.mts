/**
 * `npm run mutation -- [core] [providers] [submit] [callbacks] [--mutate file] [--concurrency 1]`: changes the sources in small
 * ways, one at a time, and looks whether a test fails. See docs/mutation.md.
 */
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { optionsOf, PARTS, type Part } from './options.mts';

const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);
const parts = Object.keys(PARTS).filter(isPart);
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		mutate: { type: 'string', multiple: true },
		concurrency: { type: 'string', default: '2' },
	},
});
if (!positionals.every(isPart)) {
	console.error(
		`Usage: npm run mutation -- [${parts.join('] [')}] [--mutate file] [--concurrency 1]`,
	);
	process.exit(1);
}
for (const part of positionals.length > 0 ? positionals : parts) {
	// A score below the threshold makes the exit code 1, and the other parts still have their turn.
	const concurrency = Number(values.concurrency);
	await new Stryker({ ...optionsOf(part, values.mutate), concurrency }).runMutationTest();
}
