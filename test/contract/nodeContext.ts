import 'reflect-metadata';
import { OutboundHttp } from '@n8n/backend-network';
import { Container } from '@n8n/di';
import {
	NodeApiError,
	NodeHelpers,
	type IBinaryData,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type JsonObject,
} from 'n8n-workflow';
import { Secrets } from '../secrets/secrets.ts';
import { CREDENTIAL_NAME } from './dialect.ts';

export interface NodeRun {
	node: INodeType;
	/** As a user fills them in; the rest gets n8n's defaults. Expressions are not evaluated. */
	parameters: INodeParameters;
	credentialType: ICredentialType;
	credential: Record<string, string>;
	items?: IDataObject[];
	/** A file of every item, in the field `data`. */
	image?: ItemFile;
	/** Another one, in the field `other`. */
	otherImage?: ItemFile;
}

interface ItemFile {
	bytes: Buffer;
	fileName: string;
}

/** The output of a node's first output. @throws Error, too, where the key is in an output, an error or a log */
export async function runNode(run: NodeRun): Promise<INodeExecutionData[]> {
	const context = contextOf(run);
	return await keepingTheKey(run, async () => {
		const output = await run.node.execute!.call(context);
		const kept = [context.getContext('node'), context.getWorkflowStaticData('node')];
		secretsOf(run).search(JSON.stringify(kept), 'what a node keeps');
		return (output as INodeExecutionData[][])[0]!;
	});
}

const known = new WeakMap<object, Secrets>();

/** One search for all that is said with a credential. */
function secretsOf({ credential }: Pick<NodeRun, 'credential'>): Secrets {
	const secrets = known.get(credential) ?? new Secrets();
	known.set(credential, secrets);
	secrets.addCredential(credential);
	return secrets;
}

/** What `work` gives or throws, in which the credential's key must not be, nor in what was logged meanwhile. */
export async function keepingTheKey<T>(
	run: Pick<NodeRun, 'credential'>,
	work: () => Promise<T>,
): Promise<T> {
	const secrets = secretsOf(run);
	try {
		const result = await work();
		secrets.searchWhole(result, 'an output');
		return result;
	} catch (error) {
		secrets.searchWhole(error, 'an error');
		throw error;
	} finally {
		secrets.assertNone();
	}
}

/** The little of n8n that our nodes see, with n8n's own HTTP client below it: what leaves it is the true wire. */
export function contextOf(run: NodeRun): IExecuteFunctions {
	const { description } = run.node;
	const node: INode = {
		id: 'node-1',
		name: 'Generate',
		type: `n8n-nodes-seedance.${description.name}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: run.parameters,
		credentials: { [run.credentialType.name]: { id: '1', name: CREDENTIAL_NAME } },
	};
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		run.parameters,
		true,
		false,
		node,
		description,
	) as IDataObject;
	const state: IDataObject = {};
	const staticData: IDataObject = {};
	const context = {
		getNode: () => node,
		getInputData: () => (run.items ?? [{}]).map((json) => ({ json })),
		getNodeParameter: (name: string, _item: number, fallback?: unknown) =>
			valueAt(parameters, name) ?? fallback,
		getCredentials: () => Promise.resolve(run.credential),
		getContext: () => state,
		getWorkflowStaticData: () => staticData,
		getExecutionCancelSignal: () => undefined,
		continueOnFail: () => false,
		getInstanceId: () => 'instance-1',
		getWorkflow: () => ({ id: 'workflow-1' }),
		getExecutionId: () => '1',
		logger: {
			info: (line: string) => secretsOf(run).search(line, "n8n's log"),
			warn: (line: string) => secretsOf(run).search(line, "n8n's log"),
		},
		addExecutionHints: (hint: object) => secretsOf(run).searchWhole(hint, 'a hint'),
		evaluateExpression: () => 0,
		helpers: { ...helpersOf(run, node), ...filesOf(run) },
	};
	return context as unknown as IExecuteFunctions;
}

function filesOf({ image, otherImage }: NodeRun) {
	const files = new Map([
		['data', image],
		['other', otherImage],
	]);
	return {
		assertBinaryData: (_item: number, field: string) => {
			const file = files.get(field);
			if (!file) throw new Error('There is no such file');
			return { fileName: file.fileName, data: '', mimeType: 'image/png' };
		},
		getBinaryDataBuffer: (_item: number, field: string) => Promise.resolve(files.get(field)?.bytes),
	};
}

function valueAt(parameters: IDataObject, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((value, key) => (value as IDataObject | undefined)?.[key], parameters);
}

function helpersOf({ credentialType, credential }: NodeRun, node: INode) {
	const request = (options: IHttpRequestOptions) =>
		Container.get(OutboundHttp).requests().request(options);
	return {
		httpRequest: request,
		async httpRequestWithAuthentication(_type: string, options: IHttpRequestOptions) {
			try {
				return await request(await authenticated(options, credentialType, credential));
			} catch (error) {
				// As n8n does: the error that a node sees wraps the one with the request in it.
				throw new NodeApiError(node, error as JsonObject);
			}
		},
		async prepareBinaryData(stream: AsyncIterable<Buffer>, fileName: string, mimeType: string) {
			const chunks: Buffer[] = [];
			for await (const chunk of stream) chunks.push(chunk);
			return { data: Buffer.concat(chunks).toString('base64'), fileName, mimeType } as IBinaryData;
		},
	};
}

/** As n8n lets a credential put its key into a request. */
async function authenticated(
	options: IHttpRequestOptions,
	{ authenticate }: ICredentialType,
	credential: Record<string, string>,
): Promise<IHttpRequestOptions> {
	if (typeof authenticate !== 'function') throw new Error('Only a function');
	return await authenticate(credential, options);
}
