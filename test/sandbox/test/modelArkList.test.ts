import type { Ark } from './modelArk.ts';
import { codeOf, ID_20, ID_25, ID_PRO, openArk, TASKS, text } from './modelArk.ts';

/** Lists of tasks and of models at ModelArk. */

let ark: Ark;
afterEach(() => ark.sandbox.close());

/** A list may be asked for once in a second. */
const PAUSE_MS = 1050;
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
const ask = (query = '') => ark.call('GET', TASKS + query);
async function idsIn(query: string): Promise<{ ids: unknown[]; total: unknown }> {
	await pause();
	const { json, status } = await ask(query);
	expect(status).toBe(200);
	return { ids: (json.items as Array<{ id: string }>).map(({ id }) => id), total: json.total };
}

test('shows tasks as GET does, the latest first, without flex and without prompts', async () => {
	ark = await openArk({ modelArk: { endpoints: { 'ep-1': ID_25 } } });
	const content = [text('[sandbox:instant] A secret lamp')];
	const done = await ark.posted({ content, safety_identifier: 'user-1' });
	const failed = await ark.posted({ content: [text('[sandbox:instant,fail]')] });
	const running = await ark.posted({ model: 'ep-1' });
	const flex = await ark.posted({ model: ID_PRO, service_tier: 'flex' });
	expect(flex).toMatch(/^cgt-batch-/);
	const { json, text: said } = await ask();
	expect(json).toEqual({
		items: [await ark.read(running), await ark.read(failed), await ark.read(done)],
		total: 3,
	});
	expect(said).toContain('"safety_identifier":"user-1"');
	expect(said).not.toContain('secret');
	const page = { ids: [failed], total: 3 };
	expect(await idsIn('?page_num=2&page_size=1')).toEqual(page);
	expect(await idsIn('?filter.status=succeeded')).toEqual({ ids: [done], total: 1 });
	const both = `?filter.task_ids=${done}&filter.task_ids=${failed}&filter.task_ids=cgt-0`;
	expect(await idsIn(both)).toEqual({ ids: [failed, done], total: 2 });
	for (const model of ['ep-1', ID_25])
		expect(await idsIn(`?filter.model=${model}`)).toEqual({ ids: [running], total: 1 });
	expect(await idsIn('?filter.service_tier=flex')).toEqual({ ids: [flex], total: 1 });
});

test('is asked for once in a second, with values that exist', async () => {
	ark = await openArk();
	expect((await ask()).json).toEqual({ items: [], total: 0 });
	expect(codeOf(await ask())).toEqual([429, 'RateLimitExceeded']);
	expect((await ark.post()).status).toBe(200);
	for (const query of ['page_size=501', 'page_num=0', 'filter.status=expired']) {
		await pause();
		expect(codeOf(await ask(`?${query}`))).toEqual([400, 'InvalidParameter']);
	}
});

test('of another account has nothing, and a restricted key must name a model', async () => {
	ark = await openArk(
		{},
		{
			accounts: [{}, { apiKey: 'another', modelArk: { customKey: true } }],
		},
	);
	await ark.post();
	const other = (query: string) => ark.call('GET', TASKS + query, undefined, 'another');
	expect(codeOf(await other(''))).toEqual([403, 'OperationDenied.PermissionDenied']);
	await pause();
	expect((await other(`?filter.model=${ID_20}`)).json).toEqual({ items: [], total: 0 });
});

test.each(['international', 'china'] as const)('the models of %s', async (region) => {
	ark = await openArk({ modelArk: { region, notOpen: [ID_25] } });
	const { status, json } = await ark.call('GET', '/models');
	const rows = json.data as Array<{ id: string; task_type: string[]; status?: string }>;
	const ids = rows.filter((row) => row.status === undefined).map(({ id }) => id);
	expect([status, ids.length]).toEqual([200, 12]);
	const prefix = region === 'china' ? 'doubao-' : '';
	expect(ids).toEqual(
		expect.arrayContaining([
			region === 'china' ? 'doubao-seedance-2-5-260628' : ID_25,
			`${prefix}seedance-1-0-pro-fast-251015`,
			`${prefix}seedream-4-0-250828`,
		]),
	);
	expect(rows.filter((row) => row.status === 'Shutdown')).toHaveLength(2);
	expect(rows.find(({ id }) => id === ids[0])).toMatchObject({
		created: Date.UTC(2026, 5, 28) / 1000,
		task_type: ['TextToVideo', 'ImageToVideo', 'MultimodalToVideo', 'VideoEditing'],
	});
	const wrong = await ark.call('GET', '/models', undefined, 'wrong');
	expect(codeOf(wrong)).toEqual([401, 'AuthenticationError']);
});
