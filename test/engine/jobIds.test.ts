/** A job ID may come from anywhere: on the wire it stays one part of one path, in every dialect and at every node. */
import type { IDataObject } from 'n8n-workflow';
import { standIns } from '../sandbox/index.ts';
import { chain, closeWorld, credentialsOf, node, openWorld, start, type World } from './world.ts';

let world: World;
let credentials: Record<string, Record<string, string | number>>;
beforeAll(async () => {
	world = await openWorld({
		accounts: standIns.map(({ provider }) => ({ provider, requestsPerMinute: 10_000 })),
	});
	const each = Object.entries(credentialsOf(world));
	credentials = Object.fromEntries(
		each.map(([type, data]) => [type, { ...data, requestsPerMinute: 10_000 }]),
	);
});
afterAll(() => closeWorld(world));

const IDS = [
	'task_1/../../account/credits',
	'../account/credits',
	'task_1?model=other',
	'task_1#part',
	'%2e%2e',
	'%2e%2e%2faccount%2fcredits',
	'task_1/..;/x',
	'..\\..\\account',
	'task_1 \r\nx-api-key: other',
	'ä/ö',
];

/** Where a question about a job goes; `*` is the job. `also`: where nobody knows it there and the model is known. */
const DIALECTS = [
	{ provider: 'seedance', model: 'seedance-2.0', path: '/v1/tasks/*', cancel: '/v1/tasks/*' },
	{
		provider: 'seedance',
		model: 'seedance-1.0-pro',
		prefix: 'job_',
		path: '/v1/seedance-1-pro/status/*',
		cancel: '/v1/seedance-1-pro/jobs/*',
		also: '/v1/tasks/*',
	},
	{
		provider: 'seedance',
		model: 'seedance-1.0-lite',
		prefix: 'sd1lite_',
		path: '/v1/jobs/*',
		cancel: '/v1/jobs/*',
		also: '/v1/tasks/*',
	},
	{ provider: 'segmind', model: 'seedance-pro', path: '/segmind/v2/requests/*/status' },
	{ provider: 'seedanceOrg', model: 'seedance-1.5', path: '/seedanceorg/v1/status?task_id=*' },
];

const NODES = {
	'Check Status': 'seedanceCheckStatus',
	'Wait for Webhook': 'seedanceWaitForWebhook',
	'Cancel Job': 'seedanceCancelJob',
};

const cases = DIALECTS.flatMap((dialect) =>
	Object.entries(NODES)
		.filter(([name]) => name !== 'Cancel Job' || dialect.cancel)
		.filter(([name]) => name !== 'Wait for Webhook' || dialect.provider !== 'segmind')
		.map(([name, type]) => ({ name, type, ...dialect })),
);

it.each(cases)('$name, $provider $model', async ({ type, provider, model, prefix = '', ...at }) => {
	const ids = IDS.map((id) => prefix + id);
	const cancels = type === 'seedanceCancelJob';
	// Without a model, the form of the ID decides alone.
	const { also } = cancels ? {} : at;
	const chosen = cancels && at.also ? '' : model;
	const parameters: IDataObject = { provider, jobId: '={{ $json.id }}', model: chosen };
	const seen = world.sandbox.ledger.requests.length;
	const execution = await world.engine.run(
		chain(start, node('Node', type, parameters, { onError: 'continueRegularOutput' })),
		{ input: ids.map((id) => ({ json: { id } })), credentials },
	);
	expect(execution.output('Node').map(({ json }) => json.error)).toEqual(
		ids.map(() => expect.any(String) as string),
	);
	const requests = world.sandbox.ledger.requests.slice(seen);
	const paths = ids.flatMap((id) => [
		...(cancels ? [`DELETE ${at.cancel!.replace('*', encodeURIComponent(id))}`] : []),
		...[at.path, ...(also ? [also] : [])].map((path) => question(path, id)),
	]);
	expect(requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(paths.sort());
});

const question = (path: string, id: string) => `GET ${path.replace('*', encodeURIComponent(id))}`;
