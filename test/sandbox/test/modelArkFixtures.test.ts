import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerTo, refusal } from '../dialects/modelArkError.ts';
import type { Ark } from './modelArk.ts';
import { ID_25, openArk, text } from './modelArk.ts';

/** The bodies that the nodes are tested with, and what the stand-in says: written apart, and they must agree. */

const FOLDER = join(__dirname, '../../contract/fixtures/model-ark');
const fixture = (name: string) =>
	JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Record<string, unknown>;
const names = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace(/\.json$/, ''));
const keysOf = (body: unknown) => Object.keys(body as object).sort();

let ark: Ark;
beforeAll(async () => {
	ark = await openArk({ maxConcurrentJobs: 1 });
});
afterAll(() => ark.sandbox.close());

test.each(names.filter((name) => name.startsWith('error.')))('%s has that status', (name) => {
	const { error } = fixture(name) as { error: { code: string; message: string; type?: string } };
	const { status, body } = answerTo(refusal(error.code, error.message));
	expect(String(status)).toBe(name.slice('error.'.length, 'error.'.length + 3));
	const said = (body as { error: { type: string } }).error;
	if (error.type !== undefined)
		expect([keysOf(error), error.type]).toEqual([keysOf(said), said.type]);
});

test.each([
	// The first one is running, and the second one waits for it.
	['status.processing', 'callback.running', 'A lamp', undefined],
	['status.queued', 'callback.queued', 'A lamp', undefined],
	['status.completed', 'callback.succeeded', '[sandbox:instant]', undefined],
	['status.failed', 'callback.failed', '[sandbox:instant,moderate]', undefined],
	['status.expired', 'callback.expired', '[sandbox:instant,expire]', undefined],
	['status.cancelled', undefined, 'A lamp', 'cancelled'],
] as const)(
	'%s has the fields that the stand-in tells',
	async (name, callback, prompt, outcome) => {
		const id = await ark.posted({ model: ID_25, content: [text(prompt)] });
		if (outcome) ark.sandbox.finishJob(id, outcome);
		const told = await ark.read(id);
		expect(fixture(name).status).toBe(told.status);
		expect(keysOf(fixture(name))).toEqual(keysOf(told));
		if (told.error) expect(fixture(name).error).toEqual(told.error);
		if (callback) expect(fixture(callback)).toEqual(fixture(name));
	},
);
