import type { IDataObject } from 'n8n-workflow';
import { success } from '../../nodes/Seedance/core/fault';
import type { Submission } from '../../nodes/Seedance/core/provider';
import { submitMemory, type SubmitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { submit } from '../../nodes/Seedance/runtime/submit/submit';
import type { SubmitItem } from '../../nodes/Seedance/runtime/submit/submitItem';
import { refuses, says, scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const START = Date.UTC(2026, 0, 1);

/** A job of the account, of which the list shows the text. */
interface ListedJob {
	jobId: string;
	text: string;
	atMs: number;
	/** When the list begins to show it; at once if left out. */
	shownAtMs?: number;
}

type What = 'lost' | 'answered' | 'never arrived' | 'refused';

/**
 * A provider without idempotency keys but with a list of recent jobs. Submits are answered as `submits` says, one after the
 * other.
 */
function world(submits: What[], others: ListedJob[] = [], list?: () => boolean) {
	const clock = new VirtualClock(START);
	const jobs = [...others];
	let made = 0;
	const now = () => clock.now() - START;
	const session = scriptedSession(
		clock,
		({ what, input }) => {
			if (what === 'recent') {
				if (list && !list()) return refuses({ httpStatus: 500, transient: true });
				const shown = jobs.filter(({ shownAtMs = 0 }) => shownAtMs <= now());
				const readings = shown.map(({ jobId, text, atMs }) => ({
					jobId,
					status: 'queued' as const,
					createdAt: new Date(START + atMs).toISOString(),
					metadata: { text },
				}));
				return success(readings, readings);
			}
			const { request } = input as Submission;
			const fate = submits[made] ?? 'lost';
			made += 1;
			if (fate === 'refused') return refuses({ httpStatus: 400 });
			if (fate === 'never arrived') return silence;
			const jobId = `job_${made}`;
			jobs.push({ jobId, text: request.prompt!, atMs: now() });
			return fate === 'answered' ? says({ jobId, status: 'queued' }) : silence;
		},
		{
			idempotent: false,
			recent: (listed, { request }) =>
				listed.filter(({ metadata }) => metadata?.text === request.prompt),
		},
	);
	const memory: SubmitMemory = submitMemory({} as IDataObject, '7');
	const spent: unknown[] = [];
	const spend = (each: unknown) => void spent.push(each);
	const submitItem = (
		itemIndex: number,
		prompt = 'A lamp',
		more: Partial<SubmitItem['request']> = {},
		idempotencyKey = `key of item ${itemIndex}`,
	) =>
		submit(
			{ session, memory, spend },
			{
				itemIndex,
				request: { model: 'm', mode: 'textToVideo', prompt, ...more },
				creditsEstimated: null,
				costUsdEstimated: null,
				memoryKey: `0/${itemIndex}`,
				idempotencyKey,
				isShared: false,
				settings: 'settings',
				timeoutMs: 600_000,
			},
		);
	const asked = (what: string) => session.asked.filter((each) => each.what === what);
	return { session, clock, jobs, spent, submitItem, asked };
}

const job = (jobId: string) => ({ ok: true, value: { jobId } });
const expectDoubt = (outcome: unknown) =>
	expect(outcome).toMatchObject({
		ok: false,
		fault: { ambiguous: true, message: expect.stringMatching(/may have started/) as string },
	});

describe('where the answer to a submit was lost and the provider lists recent jobs', () => {
	it('the job is found in the list and nobody pays again', async () => {
		const { submitItem, asked, spent, session } = world(['lost']);
		expect(await submitItem(0)).toMatchObject(job('job_1'));
		expect(await submitItem(0)).toMatchObject(job('job_1'));
		expect(asked('generate')).toHaveLength(1);
		expect([spent.length, session.noted]).toEqual([1, ['job_1']]);
	});

	it('it is found, too, when it appears in the list late, and when the list fails at first', async () => {
		const late = world(
			['never arrived'],
			[{ jobId: 'late', text: 'A lamp', atMs: 100, shownAtMs: 4_000 }],
		);
		expect(await late.submitItem(0)).toMatchObject(job('late'));
		let readings = 0;
		const failing = world(['lost'], [], () => (readings += 1) > 1);
		expect(await failing.submitItem(0)).toMatchObject(job('job_1'));
	});

	it('where it is not in the list, it may have started; the next try looks again, and submits nothing', async () => {
		const { submitItem, jobs, asked } = world(['never arrived']);
		expectDoubt(await submitItem(0));
		jobs.push({ jobId: 'job_late', text: 'A lamp', atMs: 500 });
		expect(await submitItem(0)).toMatchObject(job('job_late'));
		expect(asked('generate')).toHaveLength(1);
	});

	it('the next try looks again, also if its key is another one', async () => {
		const { submitItem, jobs, asked } = world(['never arrived', 'lost']);
		expectDoubt(await submitItem(0, 'A lamp', {}, 'the next key'));
		jobs.push({ jobId: 'job_late', text: 'A lamp', atMs: 500 });
		expect(await submitItem(0)).toMatchObject(job('job_late'));
		expect(asked('generate')).toHaveLength(1);
		// The lost submit has its job, so it is no rival of the next one.
		expect(await submitItem(1)).toMatchObject(job('job_2'));
	});

	it.each<[string, ListedJob[]]>([
		[
			'two jobs look alike',
			[
				{ jobId: 'a', text: 'A lamp', atMs: 100 },
				{ jobId: 'b', text: 'A lamp', atMs: 200 },
			],
		],
		['the only job has another text', [{ jobId: 'a', text: 'A shoe', atMs: 100 }]],
		['the only job is older', [{ jobId: 'a', text: 'A lamp', atMs: -5_001 }]],
		['the only job was made later', [{ jobId: 'a', text: 'A lamp', atMs: 5_001, shownAtMs: 0 }]],
	])('no job is taken when %s', async (_, listed) => {
		const { submitItem, asked } = world(['never arrived'], listed);
		expectDoubt(await submitItem(0));
		expectDoubt(await submitItem(0));
		expect(asked('generate')).toHaveLength(1);
	});

	it('clocks may be some seconds apart', async () => {
		for (const atMs of [-5_000, 5_000]) {
			const { submitItem } = world(['never arrived'], [{ jobId: 'a', text: 'A lamp', atMs }]);
			expect(await submitItem(0)).toMatchObject(job('a'));
		}
	});

	it('the job of another item is never taken', async () => {
		const { submitItem } = world(['answered', 'never arrived']);
		expect(await submitItem(0)).toMatchObject(job('job_1'));
		expectDoubt(await submitItem(1));
	});

	it('two lost submits with the same text may have changed places, so neither is taken', async () => {
		const { submitItem, asked } = world(['lost', 'never arrived']);
		for (const outcome of await Promise.all([submitItem(0), submitItem(1)])) expectDoubt(outcome);
		expect(asked('generate')).toHaveLength(2);
	});

	it('two lost submits with different texts each find their own', async () => {
		const { submitItem } = world(['lost', 'lost']);
		const both = await Promise.all([submitItem(0, 'A lamp'), submitItem(1, 'A shoe')]);
		expect(both).toMatchObject([job('job_1'), job('job_2')]);
	});

	it("a submit that was refused is nobody's rival", async () => {
		const { submitItem } = world(['refused', 'lost']);
		expect(await submitItem(0)).toMatchObject({ ok: false, fault: { httpStatus: 400 } });
		expect(await submitItem(1)).toMatchObject(job('job_2'));
	});

	it('the list is read once a second at most, whoever reads it', async () => {
		const { submitItem, asked } = world([]);
		const texts = ['A', 'B', 'C', 'D'];
		await Promise.all(texts.map((text, index) => submitItem(index, text)));
		const times = asked('recent').map(({ atMs }) => atMs);
		expect(times.length).toBeGreaterThanOrEqual(4);
		const gaps = times.slice(1).map((at, index) => at - times[index]!);
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
	});

	it('a stop of the execution ends the search', async () => {
		const { submitItem, clock, asked } = world(['never arrived']);
		clock.stopIn(500);
		expectDoubt(await submitItem(0));
		expect(asked('recent')).toEqual([]);
	});

	it('ten minutes later nothing is taken: other jobs of that time are not known any more', async () => {
		const { submitItem, clock, jobs, asked } = world(['never arrived']);
		expectDoubt(await submitItem(0));
		jobs.push({ jobId: 'a', text: 'A lamp', atMs: 100 });
		await clock.sleep(600_000);
		const readings = asked('recent').length;
		expectDoubt(await submitItem(0));
		expect(asked('recent')).toHaveLength(readings);
	});

	it('the bytes of an image are not kept', async () => {
		const { submitItem, session } = world(['never arrived']);
		const image = { bytes: Buffer.alloc(9), mimeType: 'image/png', fileName: 'a.png' } as const;
		await submitItem(0, 'A lamp', { files: { imageUrl: image, referenceImageUrls: [image] } });
		const lost = session.account.unanswered.lost('key of item 0', session.clock.now());
		expect(lost?.request).toMatchObject({ prompt: 'A lamp', files: undefined });
	});
});

it('without a list, a lost answer stays a doubt, and nothing is asked', async () => {
	const session = scriptedSession(new VirtualClock(START), () => silence, { idempotent: false });
	const memory = submitMemory({}, '7');
	const outcome = await submit(
		{ session, memory },
		{
			itemIndex: 0,
			request: { model: 'm', mode: 'textToVideo', prompt: 'A lamp' },
			creditsEstimated: null,
			costUsdEstimated: null,
			memoryKey: '0/0',
			idempotencyKey: 'key',
			isShared: false,
			settings: 's',
			timeoutMs: 60_000,
		},
	);
	expectDoubt(outcome);
	expect(session.asked.map(({ what }) => what)).toEqual(['generate']);
});
