/** A callback comes in: its caller has one answer at once, and what it says is worked on only if it may be believed. */
import { createHmac } from 'node:crypto';
import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { receive, type Callback } from '../../nodes/Seedance/runtime/callbacks/receive';

const BODY = '{"task_id":"task_1","status":"queued"}';
const SILENT = { noWebhookResponse: true };
let nodes = 0;

interface Setting {
	body?: string;
	signedWith?: string;
	provider?: string;
	credential?: object;
	handle?: (callback: Callback) => 'ok' | 'nonsense' | (() => Promise<IWebhookResponseData>);
	node?: string;
}

async function calling(setting: Setting = {}) {
	const {
		body = BODY,
		signedWith = 'secret',
		provider = 'seedance',
		handle = () => 'ok',
	} = setting;
	const { node = `receiving-${(nodes += 1)}` } = setting;
	const answers: unknown[] = [];
	const warnings: string[] = [];
	const admitted: Callback[] = [];
	const baseUrl = 'https://api.example/v1';
	const credential = { apiKey: 'key', baseUrl, webhookSecret: 'secret', ...setting.credential };
	const ctx = {
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({
			id: node,
			name: 'Wait',
			credentials: { seedanceApi: { id: '1', name: 'Mine' } },
		}),
		getNodeParameter: () => provider,
		getHeaderData: () => ({
			'x-seedance-signature': createHmac('sha256', signedWith).update(body).digest('hex'),
		}),
		getRequestObject: () => ({ rawBody: Buffer.from(body) }),
		getCredentials: () => Promise.resolve(credential),
		getResponseObject: () => ({
			status: (code: number) => ({ json: (said: unknown) => answers.push([code, said]) }),
		}),
		logger: { warn: (line: string) => void warnings.push(line) },
	} as unknown as IWebhookFunctions;
	const result = await receive(ctx, () => ({
		receiver: 'execution 7',
		handle: (callback) => {
			admitted.push(callback);
			return handle(callback);
		},
	}));
	return { result, answers, warnings, admitted };
}

it('that is signed is handed on with what it says of its job', async () => {
	const { result, answers, admitted, warnings } = await calling();
	expect(admitted).toMatchObject([
		{
			sender: 'signed',
			body: { task_id: 'task_1' },
			readings: [{ jobId: 'task_1', status: 'queued' }],
		},
	]);
	expect([result, answers, warnings]).toEqual([SILENT, [[200, { status: 'ok' }]], []]);
});

it('that says nothing of a job is refused as nonsense', async () => {
	const { result, answers } = await calling({ handle: () => 'nonsense' });
	expect([result, answers]).toEqual([SILENT, [[400, { status: 'nonsense' }]]]);
});

it('that is no JSON names no job, and breaks nothing', async () => {
	const { admitted } = await calling({ body: '<html>' });
	expect(admitted).toMatchObject([{ body: undefined, readings: [] }]);
});

it('that is forged is refused, and logged once in ten minutes for each node', async () => {
	const forged = { signedWith: 'another', node: 'forged-node' };
	const first = await calling(forged);
	expect(first).toMatchObject({
		result: SILENT,
		answers: [[401, { status: 'forged' }]],
		admitted: [],
	});
	expect(first.warnings).toEqual([
		expect.stringMatching(/callback to the node "Wait" \(workflow workflow\) was refused with 401/),
	]);
	expect((await calling(forged)).warnings).toEqual([]);
	expect((await calling({ ...forged, node: 'other-node' })).warnings).toHaveLength(1);
});

it('is put off where the credential is no good: the provider may call again', async () => {
	const { result, answers, warnings, admitted } = await calling({
		credential: { baseUrl: 'nowhere' },
	});
	expect([result, answers]).toEqual([SILENT, [[503, { status: 'later' }]]]);
	expect(admitted).toEqual([]);
	expect(warnings).toEqual([expect.stringMatching(/^Seedance: a callback was postponed\. \w/)]);
});

it('is put off where something goes wrong, and nothing of that is logged', async () => {
	const { answers, warnings } = await calling({ provider: 'sk-secret' });
	expect(answers).toEqual([[503, { status: 'later' }]]);
	expect(warnings).toEqual([expect.stringContaining('the credential could not be read')]);
	expect(warnings.join()).not.toContain('sk-secret');
});

it('has its answer before the work on it begins, and the work has the last word', async () => {
	const done = { workflowData: [[{ json: { jobId: 'task_1' } }]] };
	const { result, answers } = await calling({ handle: () => () => Promise.resolve(done) });
	expect([result, answers]).toEqual([done, [[200, { status: 'ok' }]]]);
});

it('that cannot be worked on wipes no execution', async () => {
	const handle = () => () => Promise.reject(new Error('sk-secret'));
	const { result, answers, warnings } = await calling({ handle });
	expect([result, answers]).toEqual([SILENT, [[200, { status: 'ok' }]]]);
	expect(warnings).toEqual(['Seedance: a callback could not be processed']);
});
