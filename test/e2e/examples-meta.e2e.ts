// The example "Meta Ads: three video variants every morning" in a real n8n, between the provider's sandbox and stand-ins
// for Meta and for Google Sheets.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import { openMeta } from '../standins/meta.ts';
import type { Meta } from '../standins/meta.ts';
import { openSheets } from '../standins/sheets.ts';
import type { Sheets } from '../standins/sheets.ts';
import { importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const IMAGE = 'https://shop.example.com/images/lamp.jpg';
const LINK = 'https://shop.example.com/lamp';
/** 5 s of seedance-2.0. */
const CREDITS = 303;
const VARIANTS = ['A', 'B', 'C'];

let stage: Stage;
let meta: Meta;
let sheets: Sheets;
let workflow: Workflow;
const executions: Execution[] = [];

/** The example with its fields filled in; by default with its own `ideas`. */
const importFor = (sku: string, ideas?: Record<string, string>): Promise<Workflow> =>
	importExample(stage, 'meta-ads-variants.json', {
		settings: {
			graphUrl: meta.graphUrl,
			adAccount: meta.adAccount,
			pageId: meta.pageId,
			askEverySeconds: 1,
			sheetsUrl: sheets.spreadsheetsUrl,
			spreadsheetId: sheets.spreadsheetId,
			sheet: sku,
			sku,
			title: `Lamp ${sku}`,
			imageUrl: IMAGE,
			link: LINK,
			...(ideas && {
				ideas: JSON.stringify(Object.entries(ideas).map(([variant, idea]) => ({ variant, idea }))),
			}),
		},
		accounts: [
			{ type: 'facebookGraphApi', data: { accessToken: meta.accessToken } },
			{
				type: 'googleSheetsOAuth2Api',
				data: {
					clientId: 'test',
					clientSecret: 'test',
					oauthTokenData: { access_token: sheets.accessToken, token_type: 'Bearer' },
				},
			},
		],
	});

async function run(which: Workflow): Promise<void> {
	const execution = await runManually(stage, which, 'Every morning');
	executions.push(execution);
	assert.equal(execution.status, 'success', execution.error?.message);
}

interface Row {
	date: string;
	sku: string;
	variant: string;
	result: string;
	jobId: string;
	videoId: string;
	creativeId: string;
	credits: number;
	reason: string;
}

/** The rows of a sheet, by variant; `nth` is the run that wrote them. */
function rowsOf(sheet: string): Row[] {
	const rows = (sheets.rows.get(sheet) ?? []).map((cells) => {
		assert.equal(cells.length, 9);
		const [date, sku, variant, result, jobId, videoId, creativeId, credits, reason] = cells;
		const row = { date, sku, variant, result, jobId, videoId, creativeId, credits, reason };
		return row as unknown as Row;
	});
	return rows.sort((a, b) => a.variant.localeCompare(b.variant));
}

const jobWith = (id: string) => stage.sandbox.jobs().find(({ jobId }) => jobId === id);

/** The idea for this variant. */
function ideaOf(variant: string): string {
	const ideas = itemsOf(executions[0]!, 'Three ideas').map(({ json }) => json);
	const idea = ideas.find((each) => each['variant'] === variant)?.['idea'];
	assert.ok(typeof idea === 'string' && idea.length > 10, `no idea for ${variant}`);
	return idea;
}

const chargedJobs = () => stage.sandbox.account().jobsCharged;

void describe('Meta Ads: three video variants every morning', () => {
	before(
		async () => {
			stage = await setTheStage('meta');
			meta = await openMeta();
			sheets = await openSheets();
			workflow = await importFor('A-1');
			await run(workflow);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await meta?.close();
		await sheets?.close();
	});

	void it('writes a row for each variant', () => {
		const rows = rowsOf('A-1');
		assert.deepEqual(
			rows.map(({ variant }) => variant),
			VARIANTS,
		);
		for (const { date, ...row } of rows) {
			assert.match(date, /^\d{4}-\d\d-\d\d$/);
			assert.partialDeepStrictEqual(row, {
				sku: 'A-1',
				result: 'made',
				credits: CREDITS,
				reason: '',
			});
		}
	});

	void it('uploads to Meta the video of each variant, and makes one creative of it', () => {
		const clip = new Clip(findClip());
		assert.equal(meta.videos.length, 3);
		assert.equal(meta.creatives.length, 3);
		for (const { date, variant, jobId, videoId, creativeId } of rowsOf('A-1')) {
			assert.ok(jobWith(jobId)?.prompt.includes(ideaOf(variant).slice(0, 200)));
			const video = meta.videos.find(({ id }) => id === videoId);
			assert.equal(video?.name, `A-1 ${variant} ${date}`);
			assert.deepEqual(video.bytes, clip.bytesFor(jobId), 'not the video of this job');
			const creative = meta.creatives.find(({ id }) => id === creativeId);
			assert.equal(creative?.name, `Lamp A-1 ${variant} ${date}`);
			assert.deepEqual(creative.object_story_spec.video_data, {
				video_id: videoId,
				image_url: IMAGE,
				title: 'Lamp A-1',
				message: 'New in our shop: Lamp A-1',
				call_to_action: { type: 'SHOP_NOW', value: { link: LINK } },
			});
		}
	});

	void it('polls Meta until a video is ready, and then stops', () => {
		const looks = meta.videos.map(
			({ id }) => meta.requests.filter(({ path }) => path.endsWith(`/${id}`)).length,
		);
		assert.deepEqual(looks, [1, 2, 3]);
		for (const { requests } of [meta, sheets]) {
			assert.deepEqual(
				requests.filter(({ status }) => status !== 200),
				[],
			);
		}
	});

	void it('pays for three videos, even if it runs again on the same day', async () => {
		assert.equal(chargedJobs(), 3);
		assert.equal(stage.sandbox.account().creditsCharged, 3 * CREDITS);
		const before = rowsOf('A-1').map(({ jobId }) => jobId);
		await run(workflow);
		assert.equal(chargedJobs(), 3);
		const after = new Set(rowsOf('A-1').map(({ jobId }) => jobId));
		assert.deepEqual([...after].sort(), [...before].sort());
		assert.equal(rowsOf('A-1').length, 6);
	});

	void it('writes the reason into the row of a failed variant, and makes the others', async () => {
		const before = chargedJobs();
		meta.troubles.set('F-1 C', 'refused').set('F-1 D', 'broken');
		const ideas = { A: 'on a desk', B: 'on a shelf [sandbox:fail]', C: 'on a wall' };
		await run(await importFor('F-1', ideas));
		const [made, failed, refused, ...others] = rowsOf('F-1');
		assert.equal(others.length, 0);
		assert.equal(made?.result, 'made');
		assert.ok(jobWith(made.jobId)?.prompt.includes('on a desk'));
		assert.partialDeepStrictEqual(failed, { result: 'not made', credits: 0, creativeId: '' });
		assert.match(failed!.reason, /could not make the video.*\(job task_/);
		assert.partialDeepStrictEqual(refused, { result: 'not made', credits: CREDITS, videoId: '' });
		assert.match(refused!.reason, /Unable to fetch video file/);
		assert.ok(jobWith(refused!.jobId)?.prompt.includes('on a wall'));
		assert.equal(chargedJobs() - before, 2);

		await run(await importFor('F-1', { D: 'on a ship' }));
		const broken = rowsOf('F-1').at(-1);
		assert.partialDeepStrictEqual(broken, {
			variant: 'D',
			result: 'not made',
			jobId: jobWith(broken!.jobId)?.jobId,
			videoId: meta.videos.at(-1)?.id,
			credits: CREDITS,
			reason: 'Meta says about the video: error',
		});
	});

	void it('submits nothing that costs more than the example allows', async () => {
		const before = chargedJobs();
		await run(await importFor('M-1', { A: 'one', B: 'two', C: 'three', D: 'four' }));
		assert.equal(chargedJobs(), before);
		const reasons = rowsOf('M-1').map(({ reason }) => reason);
		assert.equal(reasons.length, 4);
		for (const reason of reasons) assert.match(reason, /1212/);
	});

	void it('keeps the keys out of what n8n stores', () => {
		for (const { id, stored } of executions) {
			for (const secret of [meta.accessToken, sheets.accessToken, stage.sandbox.apiKey]) {
				assert.ok(!stored.includes(secret), `execution ${id}`);
			}
		}
	});
});
