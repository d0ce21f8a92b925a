// The example "Form to video" in a real n8n, with the sandbox's Replicate: the calls of a visitor's page, and a visitor's
// browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import type { Workflow } from '../n8n/api.ts';
import { findChromium } from '../n8n/browser.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import { ROOT } from '../n8n/paths.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import type { JobSummary, RequestRecord } from '../sandbox/index.ts';
import { endedExecutions, exampleFile, importExample } from './examples.ts';
import { RUN_LIMIT_MS, SET_UP_LIMIT_MS, setTheStage } from './play.ts';
import { visitForm } from './visitor.ts';
import type { FormPage } from './visitor.ts';

const EXAMPLE = 'form-to-video.json';
const PATH = 'photo-to-video';
const PROVIDER = 'replicate';
/** 5 s of Seedance 2.0 Fast in 720p. */
const USD = 0.75;
const MADE = 'Here is your video';
const NOT_MADE = 'There is no video this time';
const IMAGES = path.join(ROOT, 'test', 'sandbox', 'assets', 'images');
const PHOTO = path.join(IMAGES, 'square-512.jpg');
const SMALL_PHOTO = path.join(IMAGES, 'small-100.png');
const chromiumPath = findChromium();
const skip = chromiumPath ? false : 'no chromium here: apt-get install chromium, then run it again';

let stage: Stage;
let workflow: Workflow;
/** Executions of `workflow` so far. */
let executed = 0;

/** Imports and activates the example. It takes the place of the one before. */
async function use(settings: Record<string, unknown> = {}): Promise<void> {
	if (executed > 0) await stage.api.deactivate(workflow);
	workflow = await importExample(stage, EXAMPLE, { settings });
	await stage.api.activateForm(workflow, PATH);
	executed = 0;
}

interface Sent {
	text: string;
	photo?: string;
	/** Of the photo. */
	bytes?: Buffer;
}

/** Fills in the form, and waits for its last page. */
async function visit({
	text,
	photo = PHOTO,
	bytes = readFileSync(photo),
}: Sent): Promise<FormPage> {
	const form = new FormData();
	form.append('field-0', new Blob([new Uint8Array(bytes)]), path.basename(photo));
	form.append('field-1', text);
	const page = await visitForm(stage, PATH, form);
	executed += 1;
	return page;
}

const jobsWith = (text: string): JobSummary[] =>
	stage.sandbox.jobs().filter(({ prompt }) => prompt.includes(text));

function onlyJobWith(text: string): JobSummary {
	const [job, ...others] = jobsWith(text);
	assert.ok(job, `no job for "${text}"`);
	assert.equal(others.length, 0, `more than one job for "${text}"`);
	return job;
}

const requestsOf = (kind: RequestRecord['kind']): RequestRecord[] =>
	stage.sandbox.ledger.requests.filter((request) => request.kind === kind);

const fileOf = ({ jobId }: JobSummary): Buffer => new Clip(findClip()).bytesFor(jobId);

async function lastExecution(): Promise<Execution> {
	const execution = (await endedExecutions(stage, workflow, executed)).at(-1);
	assert.equal(execution?.status, 'success', execution?.error?.message);
	return execution;
}

/** A page without a file that says why, and no charge. */
function assertNotMade({ html, file }: FormPage, reason: RegExp): void {
	assert.ok(html.includes(NOT_MADE), html);
	assert.match(html, reason);
	assert.equal(file, undefined);
	const { creditsCharged = 0, creditsReserved = 0 } =
		stage.sandbox.jobs().length > 0 ? stage.sandbox.account(PROVIDER) : {};
	assert.deepEqual({ creditsCharged, creditsReserved }, { creditsCharged: 0, creditsReserved: 0 });
}

void describe('Form to video', () => {
	before(
		async () => {
			stage = await setTheStage('form');
			await use();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(() => stage?.stop());

	void it('gives the video of the photo and the text to the visitor, for the price of one', async () => {
		const text = 'The lamp lights up, "slowly" & softly';
		const { html, file } = await visit({ text });
		const job = onlyJobWith(text);
		assert.ok(html.includes(MADE), html.slice(0, 2000));
		assert.deepEqual(file?.bytes, fileOf(job), 'not the video of this job');
		assert.equal(file.type, 'video/mp4');
		assert.match(file.fileName, /\.mp4$/);

		const execution = await lastExecution();
		const { json } = itemsOf(execution, 'Generate Video')[0]!;
		assert.partialDeepStrictEqual(json, { jobId: job.jobId, costUsd: USD, status: 'completed' });
		for (const mention of [
			`href="${String(json['videoUrl'])}"`,
			`src="${String(json['videoUrl'])}"`,
		])
			assert.ok(html.includes(mention), `no ${mention}`);

		const [submission, ...others] = requestsOf('submit');
		assert.equal(others.length, 0);
		assert.match(submission!.path, /bytedance\/seedance-2\.0-fast/);
		const { input } = submission!.body as { input: Record<string, unknown> };
		assert.partialDeepStrictEqual(input, { prompt: text, duration: 5, resolution: '720p' });
		const sent = Buffer.from(String(input['image']).split('base64,')[1] ?? '', 'base64');
		assert.deepEqual(sent, readFileSync(PHOTO));
		const { jobsCharged, creditsCharged, creditsReserved } = stage.sandbox.account(PROVIDER);
		assert.deepEqual(
			{ jobsCharged, creditsCharged, creditsReserved },
			{ jobsCharged: 1, creditsCharged: USD, creditsReserved: 0 },
		);
	});

	void it('uploads a photo of the usual size', async () => {
		const bytes = Buffer.concat([readFileSync(PHOTO), Buffer.alloc(1_000_000)]);
		const { file } = await visit({ text: 'Big photo', bytes });
		assert.deepEqual(file?.bytes, fileOf(onlyJobWith('Big photo')));
		assert.equal(requestsOf('upload').length, 1);
		const { input } = requestsOf('submit')[0]!.body as { input: { image: string } };
		assert.match(input.image, /^http.*\/files\//);
	});

	void it('gives each of two visitors their own video', async () => {
		const texts = ['A cat jumps', 'A dog sleeps'];
		const pages = await Promise.all(texts.map((text) => visit({ text })));
		for (const [nth, text] of texts.entries()) {
			assert.deepEqual(pages[nth]?.file?.bytes, fileOf(onlyJobWith(text)));
		}
		assert.equal(stage.sandbox.account(PROVIDER).creditsCharged, 2 * USD);
	});

	void it('says why a video was not made, at no cost', async () => {
		const text = 'A wave [sandbox:fail]';
		const page = await visit({ text });
		assertNotMade(page, /The provider could not make the video: .*/);
		assert.ok(page.html.includes(onlyJobWith(text).jobId));
		await lastExecution();
	});

	void it('says what the moderation refused, at no cost', async () => {
		assertNotMade(await visit({ text: 'A mug [sandbox:moderate]' }), /moderation/);
	});

	void it('says what is wrong with a photo, and sends nothing', async () => {
		const small = await visit({ text: 'Small', photo: SMALL_PHOTO });
		assertNotMade(small, /100.*300/);
		const other = await visit({ text: 'Other', bytes: Buffer.from('not a photo') });
		assertNotMade(other, /JPEG, PNG/);
		assert.deepEqual(requestsOf('submit'), []);
		assert.deepEqual(requestsOf('upload'), []);
	});

	void it('downloads the file in a browser', { skip }, async () => {
		const browser = await chromium.launch({
			executablePath: chromiumPath,
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
			],
		});
		try {
			const page = await browser.newPage();
			page.setDefaultTimeout(RUN_LIMIT_MS);
			await page.goto(`${stage.n8n.url}/form/${PATH}`);
			await page.locator('input[type=file]').setInputFiles(PHOTO);
			await page.locator('textarea').fill('Seen in a browser');
			const downloading = page.waitForEvent('download');
			await page.locator('#submit-btn').click();
			const download = await downloading;
			executed += 1;
			const job = onlyJobWith('Seen in a browser');
			assert.deepEqual(readFileSync(await download.path()), fileOf(job));
			assert.match(download.suggestedFilename(), /\.mp4$/);
			await page.getByText(MADE, { exact: true }).waitFor();
			await page.locator('video').waitFor();
			const link = page.getByRole('link', { name: 'open it here' });
			assert.match((await link.getAttribute('href')) ?? '', new RegExp(job.jobId));
			await lastExecution();
		} finally {
			await browser.close();
		}
	});

	void it('keeps the keys out of what n8n stores and shows', async () => {
		const { apiKey } = stage.sandbox.credentialOf(PROVIDER);
		const { html } = await visit({ text: 'The last one' });
		assert.ok(!html.includes(apiKey));
		const all = await stage.api.listExecutions(workflow);
		assert.ok(all.length > 5);
		for (const { id } of all) {
			const { stored } = await stage.api.getExecution(id);
			assert.ok(!stored.includes(apiKey), `execution ${id}`);
		}
	});

	// The last ones, because they replace the workflow.
	void it('submits nothing above the limit for one video, and says so', async () => {
		await use({ maxCostUsd: 0.74 });
		assertNotMade(
			await visit({ text: 'Dear' }),
			/would cost US\$0\.75, "Max Cost \(USD\)" allows US\$0\.74/,
		);
		assert.deepEqual(requestsOf('submit'), []);
	});

	void it('submits nothing above the budget of the month, and says so', async () => {
		await use({ monthlyBudgetUsd: 2 * USD });
		for (const text of ['First', 'Second']) {
			assert.ok((await visit({ text })).file);
			await lastExecution();
		}
		const { html, file } = await visit({ text: 'Third' });
		assert.ok(html.includes(NOT_MADE));
		assert.match(html, /has used US\$1\.50? of its/);
		assert.equal(file, undefined);
		assert.equal(stage.sandbox.account(PROVIDER).jobsCharged, 2);
	});

	void it('has usual limits that are enough for one video, and not for two', () => {
		const { nodes } = exampleFile(EXAMPLE);
		const text = JSON.stringify(nodes.find(({ name }) => name === 'Settings'));
		const [, limit] = /"name":"maxCostUsd","value":([\d.]+)/.exec(text) ?? [];
		assert.ok(Number(limit) >= USD && Number(limit) < 2 * USD, limit);
	});
});
