// What `node --test` prints, and for .ci/run its counts and what failed, in $TEST_COUNTS_FILE.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

/** `failed` is missing in @types/node. */
type Counts = EventData.TestSummary['counts'] & { failed: number };

export interface Failure {
	name: string;
	message: string;
}

interface TestError extends Error {
	failureType?: string;
}

/** For .ci/run. */
export interface Left {
	passed: number;
	failed: number;
	skipped: number;
	failures: Failure[];
}

/** What has failed only because something else has: what stands within a suite, or what was to set it up. */
const FOLLOWS = ['subtestsFailed', 'cancelledByParent'];

async function* noteCounts(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
	let empty = 0;
	const names: string[] = [];
	const failures: Failure[] = [];
	for await (const event of events) {
		if (event.type === 'test:start') names[event.data.nesting] = event.data.name;
		if (event.type === 'test:fail') {
			const { name, nesting, details } = event.data;
			const { failureType = '', cause, message: itself } = details.error as TestError;
			const message = cause instanceof Error ? cause.message : itself;
			const fullName = [...names.slice(0, nesting), name].join(' › ');
			if (!FOLLOWS.includes(failureType)) failures.push({ name: fullName, message });
		}
		if (event.type === 'test:pass' && isFile(event.data.name)) {
			empty += 1;
			failures.push({ name: event.data.name, message: 'No test was run in this file' });
		}
		// The summary without a file is the one of the whole run, at its end.
		if (event.type === 'test:summary' && event.data.file === undefined) {
			const { passed, failed, cancelled, skipped, todo } = event.data.counts as Counts;
			// Tests are "cancelled" if their setup failed. They have not passed.
			leave({
				passed: passed - empty,
				failed: failed + cancelled + empty,
				skipped: skipped + todo,
				failures,
			});
		}
		yield event;
	}
}

/** A file that exited with 0 without running a test is reported as one passed test with the name of the file. */
const isFile = (name: string): boolean => path.isAbsolute(name) || /\.(e2e|queue)\.ts$/.test(name);

export function leave(left: Left): void {
	const file = process.env['TEST_COUNTS_FILE'];
	if (file) writeFileSync(file, JSON.stringify(left));
}

export default async function* report(
	source: AsyncIterable<TestEvent>,
): AsyncGenerator<string, void> {
	for await (const text of Readable.from(noteCounts(source)).compose(new spec())) {
		yield String(text);
	}
}
