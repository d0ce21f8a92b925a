// The example "Three shots, one ad" in a real n8n, between the sandbox's ModelArk and stand-ins for Google and Slack.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { playFilm } from '../films/player.ts';
import type { Workflow } from '../n8n/api.ts';
import { findChromium } from '../n8n/browser.ts';
import type { Stage } from '../n8n/stage.ts';
import { openDrive } from '../standins/drive.ts';
import type { Drive } from '../standins/drive.ts';
import { reroutedAll } from '../standins/reroute.ts';
import { openSlack } from '../standins/slack.ts';
import type { Slack } from '../standins/slack.ts';
import { openSpreadsheet } from '../standins/spreadsheet.ts';
import type { Spreadsheet } from '../standins/spreadsheet.ts';
import { importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setOwnStage } from './play.ts';

const EXAMPLE = 'three-shots-one-ad.json';
const TRIGGER = 'Execute workflow';
const PROVIDER = 'modelArk';
/** The columns that the example asks for. */
const COLUMNS = ['status', 'sku', 'scene', 'prompt'];
const TO_DO = 'to do';

let stage: Stage;
let sheet: Spreadsheet;
let drive: Drive;
let slack: Slack;
let workflow: Workflow;

const login = (token: string) => ({
	clientId: 'test',
	clientSecret: 'test',
	oauthTokenData: { access_token: token, token_type: 'Bearer' },
});

/** Replaces what is in the sheet by scenes such as ['A-1', 'a lamp']: the SKU, and what the shot shows. */
function fill(...scenes: Array<readonly [sku: string, prompt: string]>): void {
	const rows = scenes.map(([sku, prompt], nth) => [TO_DO, sku, nth + 1, prompt]);
	sheet.rows.splice(0, Infinity, ...rows);
}

async function run(): Promise<void> {
	const { status, error } = await runManually(stage, workflow, TRIGGER);
	assert.equal(status, 'success', error?.message);
}

const textsSince = (before: number): string[] =>
	slack.messages.slice(before).map(({ text }) => text);

void describe('Three shots, one ad', () => {
	before(
		async () => {
			[sheet, drive, slack] = await Promise.all([
				openSpreadsheet(COLUMNS),
				openDrive(),
				openSlack(),
			]);
			const hosts = {
				'sheets.googleapis.com': sheet.url,
				'www.googleapis.com': drive.url,
				'slack.com': slack.url,
			};
			stage = await setOwnStage('film', { speed: 90 }, { env: reroutedAll(hosts) });
			workflow = await importExample(stage, EXAMPLE, {
				settings: { sheetUrl: sheet.address },
				accounts: [
					{
						type: 'googleSheetsOAuth2Api',
						data: login(sheet.accessToken),
						nodes: ['Claim the rows', 'Read the sheet'],
					},
					{
						type: 'googleDriveOAuth2Api',
						data: login(drive.accessToken),
						nodes: ['Upload to Google Drive'],
					},
					{
						type: 'slackApi',
						data: { accessToken: slack.accessToken },
						nodes: ['Say that it is ready', 'Say what was not made'],
					},
				],
			});
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(async () => {
		await stage?.stop();
		await Promise.all([sheet?.close(), drive?.close(), slack?.close()]);
	});

	void it('makes one film of three shots for each SKU, each shot paid once', async () => {
		const said = slack.messages.length;
		fill(
			['A-1', 'a lamp is switched on'],
			['B-2', 'a chair in the sun'],
			['A-1', 'the lamp turns'],
			['B-2', 'the chair in the rain'],
			['A-1', 'the lamp goes out'],
			['B-2', 'the chair in the snow'],
		);
		await run();
		assert.deepEqual([...drive.files.keys()].sort(), ['A-1.mp4', 'B-2.mp4']);
		for (const [name, bytes] of drive.files) {
			assert.equal(bytes.subarray(4, 8).toString('latin1'), 'ftyp', name);
			if (!findChromium()) continue;
			const { duration, playedTo } = await playFilm(bytes);
			assert.ok(duration > 3 && Math.abs(playedTo - duration) < 0.2, `${name}: ${playedTo} s`);
		}
		assert.equal(stage.sandbox.account(PROVIDER).jobsCharged, 6);
		const texts = textsSince(said).sort();
		assert.equal(texts.length, 2);
		assert.match(texts[0]!, /^The ad for A-1 is ready: 3 shots, .* https:\/\/drive\.google\.com/);
		assert.match(texts[1]!, /^The ad for B-2 is ready: 3 shots/);
	});

	void it('joins no film whose second shot fails, and says which; the third is not paid', async () => {
		const said = slack.messages.length;
		fill(
			['C-3', 'a bag'],
			['C-3', 'the bag opens [sandbox:fail]'],
			['D-4', 'a shoe'],
			['C-3', 'the bag closes'],
		);
		await run();
		assert.equal(drive.files.has('C-3.mp4'), false);
		assert.equal(drive.files.has('D-4.mp4'), true);
		assert.equal(stage.sandbox.jobs().length, 3);
		assert.equal(stage.sandbox.account(PROVIDER).jobsCharged, 2);
		const texts = textsSince(said).sort();
		assert.equal(texts.length, 3);
		assert.match(texts[0]!, /^C-3, scene 2, was not made: .*could not make the video/);
		assert.match(texts[1]!, /^C-3, scene 4, was not made: .*group stopped at item 1/);
		assert.match(texts[2]!, /^The ad for D-4 is ready: 1 shots/);
	});
});
