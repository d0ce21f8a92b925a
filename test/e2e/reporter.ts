// What `node --test` prints, and for .ci/run its counts in $TEST_COUNTS_DIR/<suite>.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

/** @types/node has forgotten `failed`. */
type Counts = EventData.TestSummary['counts'] & { failed: number };

async function* noteCounts(
	suite: string,
	events: AsyncIterable<TestEvent>,
): AsyncGenerator<TestEvent> {
	let empty = 0;
	for await (const event of events) {
		if (event.type === 'test:pass' && isFile(event.data.name)) empty += 1;
		// The summary without a file is the one of the whole run, at its end.
		if (event.type === 'test:summary' && event.data.file === undefined) {
			const { passed, failed, cancelled, skipped, todo } = event.data.counts as Counts;
			// Tests are "cancelled" when what they need could not be set up: they have not passed.
			leave(suite, {
				passed: passed - empty,
				failed: failed + cancelled + empty,
				skipped: skipped + todo,
			});
		}
		yield event;
	}
}

/** A file that ended well without having run a test is reported as one test that passed, named after the file. */
const isFile = (name: string): boolean => path.isAbsolute(name) || /\.(e2e|queue)\.ts$/.test(name);

function leave(suite: string, counts: Record<string, number>): void {
	const folder = process.env['TEST_COUNTS_DIR'];
	if (!folder) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, `${suite}.json`), JSON.stringify(counts));
}

/** @param suite names the file with the counts */
export function reporterOf(suite: string) {
	return async function* (source: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
		for await (const text of Readable.from(noteCounts(suite, source)).compose(new spec())) {
			yield String(text);
		}
	};
}

export default reporterOf('e2e');
