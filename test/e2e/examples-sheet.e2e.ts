// The example "Google Sheet to video" in a real n8n, between the sandbox's fal and a stand-in for the Google Sheets API.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import type { JobSummary, RequestRecord } from '../sandbox/index.ts';
import { rerouted } from '../standins/reroute.ts';
import { openSpreadsheet } from '../standins/spreadsheet.ts';
import type { Spreadsheet } from '../standins/spreadsheet.ts';
import { endedExecutions, importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setOwnStage, until } from './play.ts';

const EXAMPLE = 'sheet-to-video.json';
const TRIGGER = 'Every 15 minutes';
const PROVIDER = 'fal';
/** The columns that the example asks for, in the order of its first note. */
const COLUMNS = [
	...['status', 'id', 'prompt', 'image URL', 'video URL'],
	...['works until', 'cost (USD)', 'job ID', 'reason'],
] as const;
/** 5 s of Seedance 2.0 Fast in 720p: the list price, and what the sandbox charges by its tokens. */
const USD = { listed: 1.2095, charged: 1.2096 };
const TO_DO = 'to do';
const IMAGE = 'https://shop.example.com/images/lamp.jpg';
/** n8n tries to write this often. */
const WRITE_TRIES = 3;

type Row = Record<(typeof COLUMNS)[number], string | number>;

let stage: Stage;
let sheet: Spreadsheet;
let workflow: Workflow;

/** Imports the example. It takes the place of the one before. */
async function use(settings: Record<string, unknown> = {}): Promise<void> {
	const google = {
		clientId: 'test',
		clientSecret: 'test',
		oauthTokenData: { access_token: sheet.accessToken, token_type: 'Bearer' },
	};
	const nodes = [
		...['Claim the rows', 'Read the sheet', 'Write the video'],
		...['Write the reason', 'Write that the id is wrong'],
	];
	workflow = await importExample(stage, EXAMPLE, {
		settings: { sheetUrl: sheet.address, ...settings },
		accounts: [{ type: 'googleSheetsOAuth2Api', data: google, nodes }],
	});
}

/** Replaces what is in the sheet. */
function fill(...rows: Array<Partial<Row>>): void {
	const cells = rows.map((row) => COLUMNS.map((column) => row[column] ?? ''));
	sheet.rows.splice(0, Infinity, ...cells);
}

const rowAt = (nth: number): Row =>
	Object.fromEntries(
		COLUMNS.map((column, index) => [column, sheet.rows[nth]?.[index] ?? '']),
	) as Row;

async function run(expected = 'success'): Promise<Execution> {
	const execution = await runManually(stage, workflow, TRIGGER);
	assert.equal(execution.status, expected, execution.error?.message);
	return execution;
}

const jobsWith = (text: string): JobSummary[] =>
	stage.sandbox.jobs().filter(({ prompt }) => prompt.includes(text));

function onlyJobWith(text: string): JobSummary {
	const [job, ...others] = jobsWith(text);
	assert.ok(job, `no job for "${text}"`);
	assert.equal(others.length, 0, `more than one job for "${text}"`);
	return job;
}

type Submission = RequestRecord & { body: Record<string, unknown> };

const submissions = (): Submission[] =>
	stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'submit') as Submission[];

/** Asserts what fal has charged. An account that nobody has used has no books yet. */
function assertCharged(jobs: number): void {
	const { jobsCharged, creditsCharged, creditsReserved } = stage.sandbox.account(PROVIDER);
	assert.equal(jobsCharged, jobs);
	assert.ok(Math.abs(creditsCharged - jobs * USD.charged) < 1e-6, `charged ${creditsCharged}`);
	assert.equal(creditsReserved, 0);
}

/** A row with the result of the job whose prompt contains the row's. */
function assertMade(row: Row): void {
	const { jobId } = onlyJobWith(String(row.prompt));
	const { 'video URL': url, ...others } = row;
	assert.match(String(url), new RegExp(`^http.*${jobId}.*\\.mp4`));
	assert.partialDeepStrictEqual(others, {
		status: 'made',
		'works until': 'fal does not say',
		'cost (USD)': USD.listed,
		'job ID': jobId,
		reason: '',
	});
}

function assertNotMade(row: Row, reason: RegExp): void {
	assert.match(String(row.reason), reason);
	assert.partialDeepStrictEqual(row, {
		status: 'not made',
		'video URL': '',
		'works until': '',
		'cost (USD)': '',
		'job ID': '',
	});
}

void describe('Google Sheet to video', () => {
	before(
		async () => {
			sheet = await openSpreadsheet(COLUMNS);
			stage = await setOwnStage(
				'sheet',
				{ speed: 90 },
				{ env: rerouted('sheets.googleapis.com', sheet.url) },
			);
			await use();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(async () => {
		await stage?.stop();
		await sheet?.close();
	});

	void it('makes a video for each row to do, and a failed row does not stop the others', async () => {
		const made = { status: 'made', id: 'old', prompt: 'a chair', 'video URL': 'https://x.example' };
		const idea = { id: 'idea', prompt: 'a shelf' };
		fill(
			{ status: TO_DO, id: 'A-1', prompt: 'a red lamp turns slowly' },
			made,
			{ status: 'To Do', id: 7, prompt: 'a blue lamp in the rain', 'image URL': IMAGE },
			{ status: TO_DO, id: 'C-3', prompt: 'a green lamp [sandbox:fail]' },
			idea,
			{ status: TO_DO, id: 'D-4', 'image URL': IMAGE },
		);
		const execution = await run();
		assert.equal(execution.runs['Generate Video']?.length, 1, 'all rows in one run of the node');
		assertMade(rowAt(0));
		assertMade(rowAt(2));
		assert.equal(rowAt(2).id, 7);
		assertNotMade(rowAt(3), /could not make the video.*job /);
		assertNotMade(rowAt(5), /^Prompt: an empty value/);
		assert.partialDeepStrictEqual(rowAt(1), made);
		assert.partialDeepStrictEqual(rowAt(4), { ...idea, status: '', reason: '' });
		assert.equal(stage.sandbox.jobs().length, 3);
		assertCharged(2);
		assert.deepEqual(
			sheet.requests.filter(({ status }) => status !== 200),
			[],
		);
	});

	void it('begins with the picture of the row, if it has one', async () => {
		fill(
			{ status: TO_DO, id: 'text', prompt: 'waves' },
			{ status: TO_DO, id: 'picture', prompt: 'the lamp', 'image URL': IMAGE },
		);
		await run();
		const sent = submissions().map(({ path, body }) => ({ path, ...body }));
		const both = { duration: '5', resolution: '720p', aspect_ratio: '9:16', generate_audio: true };
		const [text, picture, ...others] = sent.sort((a, b) => b.path.localeCompare(a.path));
		assert.equal(others.length, 0);
		assert.match(text!.path, /seedance-2\.0\/fast\/text-to-video$/);
		assert.partialDeepStrictEqual(text, { prompt: 'waves', ...both });
		assert.match(picture!.path, /seedance-2\.0\/fast\/image-to-video$/);
		assert.partialDeepStrictEqual(picture, { prompt: 'the lamp', image_url: IMAGE, ...both });
	});

	void it('pays once for a row when two runs start together, and another one meanwhile', async () => {
		const names = Array.from({ length: 5 }, (_, nth) => `shoe ${nth}`);
		fill(...names.map((name) => ({ status: TO_DO, id: name, prompt: `${name} [sandbox:slow]` })));
		const both = [run(), run()];
		await until('submitted', () => stage.sandbox.jobs().length > 0 || undefined);
		assert.match(String(rowAt(0).status), new RegExp(`^making, run ${workflow.id}-\\d+$`));
		const third = await run();
		assert.equal(itemsOf(third, 'Rows of this run').length, 0);
		const taken = (await Promise.all(both)).map(
			(execution) => itemsOf(execution, 'Generate Video').length,
		);
		assert.deepEqual(taken.sort(), [0, 5]);
		assert.equal(stage.sandbox.jobs().length, 5);
		assertCharged(5);
		for (const nth of names.keys()) assertMade(rowAt(nth));
	});

	void it('writes to the right row when the sheet is sorted meanwhile', async () => {
		fill(
			{ status: TO_DO, id: 'b', prompt: 'a bag [sandbox:slow]' },
			{ status: TO_DO, id: 'a', prompt: 'a hat [sandbox:fail]' },
		);
		const running = run();
		await until('submitted', () => stage.sandbox.jobs().length === 2 || undefined);
		sheet.rows.reverse();
		sheet.rows.unshift(COLUMNS.map(() => ''));
		await running;
		assertNotMade(rowAt(1), /could not make the video/);
		assert.equal(rowAt(1).id, 'a');
		assertMade(rowAt(2));
		assert.equal(rowAt(2).id, 'b');
	});

	void it('does not pay again when the execution is retried, because Google took no results', async () => {
		fill({ status: TO_DO, id: 'A-1', prompt: 'a cup' });
		sheet.failNextWrites(WRITE_TRIES);
		const { id } = await run('error');
		assert.match(String(rowAt(0).status), /^making/);
		// Meanwhile another row has come, which is not this run's.
		sheet.rows.push(COLUMNS.map((column) => (column === 'status' ? TO_DO : column)));
		await stage.api.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
		const all = await stage.api.listExecutions(workflow);
		const retry = (await endedExecutions(stage, workflow, all.length)).at(-1);
		assert.equal(retry?.status, 'success', retry?.error?.message);
		assertMade(rowAt(0));
		assert.equal(rowAt(1).status, TO_DO);
		assertCharged(1);
	});

	void it('makes nothing for a row whose id is missing, or is that of another row', async () => {
		fill(
			{ status: TO_DO, prompt: 'nameless' },
			{ status: 'made', id: 'twin', prompt: 'older twin' },
			{ status: TO_DO, id: 'twin', prompt: 'younger twin' },
			{ status: TO_DO, id: 'single', prompt: 'no twin' },
		);
		await run();
		assertNotMade(rowAt(0), /^The row has no id$/);
		assert.partialDeepStrictEqual(rowAt(1), { status: 'made', reason: '' });
		assertNotMade(rowAt(2), /^Another row has the same id/);
		assertMade(rowAt(3));
		assert.equal(stage.sandbox.jobs().length, 1);
	});

	void it('makes a failed row when it is to do again', async () => {
		fill({ status: TO_DO, id: 'A-1', prompt: 'a fork [sandbox:moderate]' });
		await run();
		assertNotMade(rowAt(0), /moderation/);
		sheet.rows[0]!.splice(0, 3, TO_DO, 'A-1', 'a spoon');
		await run();
		assertMade(rowAt(0));
		assertCharged(1);
	});

	void it('ends at once when there is nothing to do', async () => {
		fill({ status: 'made', id: 'A-1', prompt: 'a desk' });
		const execution = await run();
		assert.equal(execution.runs['Generate Video'], undefined);
		assert.deepEqual(stage.sandbox.jobs(), []);
	});

	void it('keeps the keys out of what n8n stores', async () => {
		const { apiKey } = stage.sandbox.credentialOf(PROVIDER);
		const all = await stage.api.listExecutions(workflow);
		assert.ok(all.length > 8);
		for (const { id } of all) {
			const { stored } = await stage.api.getExecution(id);
			for (const secret of [sheet.accessToken, apiKey]) {
				assert.ok(!stored.includes(secret), `execution ${id}`);
			}
		}
	});

	// The last one, because it replaces the workflow.
	void it('submits nothing if all rows together cost more than the limit, and says so in each', async () => {
		await use({ maxCostUsd: 2.4 });
		fill(
			{ status: TO_DO, id: 1, prompt: 'one' },
			{ status: TO_DO, id: 2, prompt: 'two', 'image URL': IMAGE },
		);
		await run();
		for (const nth of [0, 1]) {
			assertNotMade(rowAt(nth), /would cost US\$2\.419, "Max Cost \(USD\)" allows US\$2\.4/);
		}
		assert.deepEqual(stage.sandbox.jobs(), []);
	});
});
