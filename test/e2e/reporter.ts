// What `node --test` prints, and for .ci/run its counts in $TEST_COUNTS_FILE.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

/** @types/node has forgotten `failed`. */
type Counts = EventData.TestSummary['counts'] & { failed: number };

async function* noteCounts(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
	let empty = 0;
	for await (const event of events) {
		if (event.type === 'test:pass' && isFile(event.data.name)) empty += 1;
		// The summary without a file is the one of the whole run, at its end.
		if (event.type === 'test:summary' && event.data.file === undefined) {
			const { passed, failed, cancelled, skipped, todo } = event.data.counts as Counts;
			// Tests are "cancelled" when what they need could not be set up: they have not passed.
			leave({
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

/** For .ci/run. */
export function leave(counts: Record<string, number>): void {
	const file = process.env['TEST_COUNTS_FILE'];
	if (file) writeFileSync(file, JSON.stringify(counts));
}

export default async function* report(
	source: AsyncIterable<TestEvent>,
): AsyncGenerator<string, void> {
	for await (const text of Readable.from(noteCounts(source)).compose(new spec())) {
		yield String(text);
	}
}
