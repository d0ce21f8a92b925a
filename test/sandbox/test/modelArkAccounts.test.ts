import { clientOf } from '../client.ts';
import { modelArkStandIn } from '../dialects/modelArk.ts';
import { startSandbox } from '../index.ts';
import type { Ark } from './modelArk.ts';
import { codeOf, ID_20, ID_25, openArk, TASKS, text } from './modelArk.ts';

/** Regions, endpoints, activation and limits of an account at ModelArk. */

const CHINA_20 = 'doubao-seedance-2-0-260128';
const CHINA_15 = 'doubao-seedance-1-5-pro-251215';
const NOT_FOUND = [404, 'InvalidEndpointOrModel.NotFound'];

let ark: Ark | undefined;
afterEach(() => ark?.sandbox.close());

test('an account in China has its own host and its own models', async () => {
	ark = await openArk({ modelArk: { region: 'china' } });
	const at = ark.sandbox.credentialOf('modelArk');
	expect(at).toMatchObject({
		region: 'china',
		baseUrl: `${ark.sandbox.url}/modelark-china/api/v3`,
	});
	const id = await ark.posted({ model: CHINA_20 });
	expect(await ark.read(id)).toMatchObject({ model: CHINA_20 });
	expect((await ark.post({ model: CHINA_15 })).status).toBe(200);
	for (const model of [ID_20, 'seedance-1-5-pro-251215', 'seedance-2-0-260128'])
		expect(codeOf(await ark.post({ model }))).toEqual(NOT_FOUND);
});

test('a key is unknown in the other region, and so is a task', async () => {
	const sandbox = await startSandbox({
		standIns: [modelArkStandIn],
		accounts: [{}, { modelArk: { region: 'china' }, apiKey: 'key-of-china' }],
	});
	const abroad = clientOf(sandbox);
	const inChina = clientOf(sandbox, 'key-of-china');
	const body = (model: string) => ({ model, content: [text()] });
	const here = `/modelark/api/v3${TASKS}`;
	const there = `/modelark-china/api/v3${TASKS}`;
	const { json } = await abroad.call('POST', here, body(ID_20));
	const answers = [
		await abroad.call('POST', here, body(CHINA_20)),
		await abroad.call('POST', there, body(CHINA_20)),
		await inChina.call('POST', here, body(ID_20)),
		await inChina.call('GET', `${there}/${String(json.id)}`),
		await inChina.call('POST', there, body(CHINA_20)),
	];
	await sandbox.close();
	expect(answers.map(codeOf)).toEqual([
		NOT_FOUND,
		[401, 'AuthenticationError'],
		[401, 'AuthenticationError'],
		[404, 'ResourceNotFound'],
		[200, undefined],
	]);
});

test('endpoints, and accounts that may use nothing else', async () => {
	const endpoints = { 'ep-20260101000000-abcde': ID_25 };
	ark = await openArk({ modelArk: { endpoints, endpointsOnly: true, notOpen: [ID_20] } });
	const id = await ark.posted({ model: 'ep-20260101000000-abcde', duration: 30 });
	expect(await ark.read(id)).toMatchObject({ model: ID_25 });
	expect(codeOf(await ark.post({ model: 'ep-20260101000000-other' }))).toEqual(NOT_FOUND);
	expect(codeOf(await ark.post({ model: ID_25 }))).toEqual([
		404,
		'InvalidEndpointOrModel.ModelIDAccessDisabled',
	]);
});

test('what is not activated comes before what is missing', async () => {
	ark = await openArk({ modelArk: { notOpen: [ID_25] } });
	const probe = (model: string) => ark!.call('POST', TASKS, { model });
	expect([
		codeOf(await probe(ID_20)),
		codeOf(await probe(ID_25)),
		codeOf(await probe('seedance-2-5')),
	]).toEqual([[400, 'MissingParameter'], [404, 'ModelNotOpen'], NOT_FOUND]);
});

test('submissions per minute, questions per second, each counted apart, and no Retry-After', async () => {
	ark = await openArk({ requestsPerMinute: 3 });
	const id = await ark.posted();
	await ark.post();
	await ark.post();
	const refused = await ark.post();
	expect(codeOf(refused)).toEqual([429, 'ModelAccountRpmRateLimitExceeded']);
	expect(refused.headers).not.toHaveProperty('retry-after');
	const asked = await Promise.all(
		Array.from({ length: 25 }, () => ark!.call('GET', `${TASKS}/${id}`)),
	);
	const answers = asked.map(codeOf).sort();
	expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => [200, undefined]));
	expect(answers.slice(20)).toEqual(Array.from({ length: 5 }, () => [429, 'RateLimitExceeded']));
	expect(ark.sandbox.account().requestsRefused).toBe(6);
});
