// The output of `node --test`, and its counts for .ci/run in $TEST_COUNTS_FILE.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

/** `failed` is missing in @types/node. */
type Counts = EventData.TestSummary['counts'] & { failed: number };

async function* noteCounts(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
	let empty = 0;
	for await (const event of events) {
		if (event.type === 'test:pass' && isFile(event.data.name)) empty += 1;
		// The summary without a file is that of the whole run.
		if (event.type === 'test:summary' && event.data.file === undefined) {
			const { passed, failed, cancelled, skipped, todo } = event.data.counts as Counts;
			// Tests are "cancelled" if their setup failed. They have not passed.
			leave({
				passed: passed - empty,
				failed: failed + cancelled + empty,
				skipped: skipped + todo,
			});
		}
		yield event;
	}
}

/** A file that exited with 0 without running a test is reported as one passed test with the name of the file. */
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
