// The example "Catalogue refresh at night" in a real n8n, with 500 rows: five at a time, within limits, and one report.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { openCatalogue } from '../standins/catalogue.ts';
import type { Catalogue, Row } from '../standins/catalogue.ts';
import { openChat } from '../standins/chat.ts';
import type { Chat } from '../standins/chat.ts';
import { importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const KEY = 'catalogue-key';
/** 4 s of seedance-2.0. */
const CREDITS = 243;
const LIMIT_MS = 10 * 60_000;
/** What is special about some of the 500 rows without a video; most of the others are settled at once. */
const SPECIAL: Record<number, Partial<Row>> = {
	7: { title: '' },
	8: { imageUrl: null },
	100: { title: 'Lamp 100 [sandbox:fail]' },
	200: { title: 'Lamp 200 [sandbox:moderate]' },
	...Object.fromEntries(
		Array.from({ length: 24 }, (_, nth) => [300 + nth, { title: `Lamp ${300 + nth}` }]),
	),
};
const LOCKED = 'S-42';
const WANTING: Row[] = Array.from({ length: 500 }, (_, nth) => ({
	sku: `S-${nth}`,
	title: `Lamp ${nth} [sandbox:instant]`,
	imageUrl: `https://images.example.com/${nth}.jpg`,
	videoUrl: null,
	...SPECIAL[nth],
}));
const SERVED: Row[] = ['', 'x'].map((end) => ({
	sku: `DONE${end}`,
	title: 'Has one',
	imageUrl: null,
	videoUrl: 'https://cdn.example.com/old.mp4',
}));

/** The cost of all rows that can be submitted. */
const NEEDED = 498 * CREDITS;
const USUAL = { creditsPerNight: NEEDED, creditsPerMonth: NEEDED };

let stage: Stage;
let catalogue: Catalogue;
let chat: Chat;

interface Night {
	catalogue: Catalogue;
	creditsPerNight: number;
	creditsPerMonth: number;
}

/** Runs one night. Returns its final message. */
async function night(
	change: Partial<Night> = {},
): Promise<{ execution: Execution; report: string[] }> {
	const { catalogue: read, ...limits } = { ...USUAL, catalogue, ...change };
	const workflow = await importExample(stage, 'catalogue-refresh.json', {
		settings: { catalogueUrl: read.url, chatUrl: chat.hook, ...limits },
		accounts: [{ type: 'httpHeaderAuth', data: { name: 'X-Api-Key', value: KEY } }],
		limits: { requestsPerMinute: 60_000, maxConcurrentJobs: 40 },
	});
	const before = chat.messages.length;
	const execution = await runManually(stage, workflow, 'Every night at 2', { limitMs: LIMIT_MS });
	assert.equal(execution.status, 'success', execution.error?.message);
	assert.equal(chat.messages.length, before + 1, 'one message');
	return { execution, report: chat.messages.at(-1)!.split('\n') };
}

void describe('the example of a catalogue with 500 rows', () => {
	before(
		async () => {
			stage = await setTheStage('examples-catalogue', {
				speed: 60,
				accounts: [{ requestsPerMinute: 60_000, maxConcurrentJobs: 40, credits: 1e6 }],
			});
			catalogue = await openCatalogue({
				rows: [...WANTING, ...SERVED],
				locked: [LOCKED],
				key: KEY,
			});
			chat = await openChat();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(async () => {
		await stage?.stop();
		await catalogue?.close();
		await chat?.close();
	});

	for (const [limit, words] of [
		[{ creditsPerNight: NEEDED - 1 }, '"Max Credits" allows'],
		[{ creditsPerMonth: NEEDED - 1 }, 'and this workflow has used 0 of its'],
	] as const) {
		const [name] = Object.keys(limit);
		void it(`submits nothing beyond ${name}, and says so`, async () => {
			const { report } = await night(limit);
			const [summary, reason = '', ...others] = report;
			assert.equal(summary, 'Catalogue videos: 500 rows, 0 videos made for 0 credits, 500 failed.');
			const skus = WANTING.map(({ sku }) => sku).join(', ');
			assert.ok(reason.startsWith(`- ${skus}: This run would cost ${NEEDED} credits, ${words}`));
			assert.match(reason, /Nothing was submitted/);
			assert.deepEqual(others, []);
			assert.equal(stage.sandbox.account().submitsReceived, 0);
			assert.equal(catalogue.written.size, 0);
		});
	}

	void it('makes, pays and writes back each video once, five at a time, and reports the rest', async () => {
		const { execution, report } = await night();
		const { jobsCreated, jobsCharged, jobsFailed, creditsCharged, peakUnsettledJobs } =
			stage.sandbox.account();
		assert.deepEqual(
			{ jobsCreated, jobsCharged, jobsFailed, creditsCharged },
			{ jobsCreated: 498, jobsCharged: 496, jobsFailed: 2, creditsCharged: 496 * CREDITS },
		);
		assert.ok(peakUnsettledJobs > 1 && peakUnsettledJobs <= 5, `${peakUnsettledJobs} at a time`);
		assert.equal(stage.sandbox.ledger.mediaDownloads, 0);

		const made = itemsOf(execution, 'Generate Video').map(({ json }) => json);
		const writable = made.filter(({ sku }) => sku !== LOCKED);
		assert.deepEqual(
			Object.fromEntries(catalogue.written),
			Object.fromEntries(
				writable.map(({ sku, videoUrl, expiresAt, jobId }) => [
					sku,
					[{ videoUrl, videoExpiresAt: expiresAt, videoJobId: jobId }],
				]),
			),
		);

		const [summary, ...reasons] = report;
		assert.equal(
			summary,
			`Catalogue videos: 500 rows, 496 videos made for ${496 * CREDITS} credits, 5 failed.`,
		);
		const lockedVideo = made.find(({ sku }) => sku === LOCKED)?.['videoUrl'];
		const expected = [
			/^- S-7: Prompt: an empty value/,
			/^- S-8: Image URL: an empty value/,
			/^- S-100: The provider could not make the video: .*task_/,
			/^- S-200: The provider could not make the video: .*task_/,
			new RegExp(
				`^- ${LOCKED}: The video is made \\(${String(lockedVideo)}\\), but was not written back: `,
			),
		];
		assert.equal(reasons.length, expected.length, reasons.join('\n'));
		for (const pattern of expected) {
			assert.equal(reasons.filter((line) => pattern.test(line)).length, 1, String(pattern));
		}
	});

	void it('pays nothing again when it is started again on the same day', async () => {
		const rows = WANTING.slice(98, 104);
		const small = await openCatalogue({ rows, key: KEY });
		try {
			await night({ catalogue: small });
			const { report } = await night({ catalogue: small });
			assert.equal(
				report[0],
				`Catalogue videos: 6 rows, 5 videos made for ${5 * CREDITS} credits, 1 failed.`,
			);
		} finally {
			await small.close();
		}
		const { jobsCreated, submitsReplayed, creditsCharged } = stage.sandbox.account();
		assert.deepEqual(
			{ jobsCreated, submitsReplayed, creditsCharged },
			{ jobsCreated: 6, submitsReplayed: 6, creditsCharged: 5 * CREDITS },
		);
		for (const [first, second] of small.written.values()) {
			assert.equal(first?.videoJobId, second?.videoJobId);
		}
	});
});
