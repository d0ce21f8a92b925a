/** The key stays with its host also where n8n's own HTTP Request node uses the credential, whatever that node asks for. */
import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeType,
	IRequestOptions,
} from 'n8n-workflow';
import { contracts } from '../contract/dialects/index.ts';
import { startWitness, type Witness } from '../sandbox/index.ts';
import { chain, node, start } from './world.ts';
import { describeNode } from './harness/node-types.ts';
import { StartNode, startEngine } from './harness/index.ts';

const types = [...new Set(contracts.map(({ credentialType }) => credentialType))];

/** The field with the address of the main host, which is the first one. */
const mainHost = (type: string): string =>
	types
		.map((Type) => new Type())
		.find(({ name }) => name === type)!
		.properties.find(({ name }) => name.endsWith('Url'))!.name;

/** The two helpers, with the options that HTTP Request gives them: redirects are followed, and the credential with them. */
class HttpRequestLike implements INodeType {
	description = describeNode('httpRequestLike', {
		credentials: types.map((Type) => ({ name: new Type().name })),
		properties: ['helper', 'method', 'type', 'url'].map((name) => ({
			displayName: name,
			name,
			type: 'string',
			default: '',
		})),
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const [helper, method, type, url] = ['helper', 'method', 'type', 'url'].map(
			(name) => this.getNodeParameter(name, 0) as string,
		);
		const { helpers } = this;
		if (helper === 'httpRequestWithAuthentication') {
			const options = { method, url, maxRedirects: 21, sendCredentialsOnCrossOriginRedirect: true };
			await helpers.httpRequestWithAuthentication.call(this, type!, options as IHttpRequestOptions);
		} else {
			const options = {
				method,
				uri: url,
				followRedirect: true,
				followAllRedirects: true,
				maxRedirects: 21,
				sendCredentialsOnCrossOriginRedirect: true,
			};
			await helpers.requestWithAuthentication.call(this, type!, options as IRequestOptions);
		}
		return [[{ json: { answered: true } }]];
	}
}

let elsewhere: Witness;
let api: Witness;
let location: string;
let status: number;
beforeAll(async () => {
	elsewhere = await startWitness();
	api = await startWitness({ answer: () => ({ status, headers: { location } }) });
});
afterAll(async () => {
	await api.close();
	await elsewhere.close();
});
beforeEach(() => {
	api.requests.length = 0;
	elsewhere.requests.length = 0;
});

const APIKEY = 'sk-live-1-secret';
const helpers = ['httpRequestWithAuthentication', 'requestWithAuthentication'];
const cases = types.flatMap((Type) =>
	helpers.flatMap((helper) =>
		[301, 302, 303, 307, 308].flatMap((code) =>
			['GET', 'POST'].map((method) => ({ type: new Type().name, helper, code, method })),
		),
	),
);

it.each(cases)('$type: $helper, $method, HTTP $code', async ({ type, helper, code, method }) => {
	status = code;
	location = `${elsewhere.url}/v1/tasks`;
	const engine = await startEngine({
		nodeTypes: {
			'test.httpRequestLike': HttpRequestLike,
			'n8n-nodes-base.manualTrigger': StartNode,
		},
		credentialTypes: types,
		credentials: { [type]: { apiKey: APIKEY, [mainHost(type)]: api.url } },
	});
	try {
		const credentials = { [type]: { id: type, name: 'My account' } };
		const parameters = { helper, method, type, url: `${api.url}/v1/tasks` };
		const execution = await engine.run(
			chain(start, node('Request', 'test.httpRequestLike', parameters, { credentials })),
		);
		expect(elsewhere.requests).toEqual([]);
		expect(execution.status).toBe('error');
		// The key did go to its own host, once: otherwise nothing was shown.
		expect(api.requests.map(({ headers }) => JSON.stringify(headers).includes(APIKEY))).toEqual([
			true,
		]);
	} finally {
		await engine.close();
	}
});
