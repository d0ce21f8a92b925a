import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { failure, success, type Outcome } from '../core/fault';
import type { HttpCall, Provider } from '../core/provider';
import type { Settings } from './credential';
import { networkFault } from './networkFault';

/** Where our code runs: in `execute`, or in the webhook method of a waiting node. */
export type Caller = IExecuteFunctions | IWebhookFunctions;

/** More of an error than this is not read. */
const MAX_ERROR_BYTES = 64 * 1024;

export interface WireAnswer {
	status: number;
	headers: Record<string, unknown>;
	/** A text or a stream, as it was asked for. */
	body: unknown;
}

/** Whom we talk to, and as whom. */
export interface Key {
	provider: Provider;
	settings: Settings;
	/**
	 * As n8n decrypted it at the start. Otherwise n8n would do so for every request, in the webhook method of a waiting node
	 * in a sandbox of its own, which takes it 40 ms of processor time.
	 */
	credential: ICredentialDataDecryptedObject;
}

/** The one authenticated call. Nothing of a failed request leaves this function: it would carry the key. */
export async function send(
	caller: Caller,
	{ provider, settings, credential }: Key,
	call: HttpCall,
	{ encoding, timeout }: { encoding: 'text' | 'stream'; timeout: number },
): Promise<Outcome<WireAnswer>> {
	const options: IHttpRequestOptions = {
		method: call.method,
		url: (call.base === 'upload' ? settings.uploadUrl : settings.baseUrl) + call.path,
		headers: { accept: 'application/json', ...call.headers },
		body: call.form ? formOf(call.form) : (call.body as IDataObject | undefined),
		encoding,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A redirect would carry the key to another host.
		disableFollowRedirect: true,
		timeout,
	};
	try {
		const answer = (await caller.helpers.httpRequestWithAuthentication.call(
			caller,
			provider.credential,
			options,
			{ credentialsDecrypted: { id: '', name: '', type: provider.credential, data: credential } },
		)) as { statusCode: number; headers: Record<string, unknown>; body: unknown };
		return success({ status: answer.statusCode, headers: answer.headers, body: answer.body });
	} catch (error) {
		return failure(networkFault(provider, error));
	}
}

/** Node's own FormData and Blob; in memory, and an image has at most 10 MB. */
function formOf({ fields, file }: NonNullable<HttpCall['form']>): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	const { bytes, mimeType, fileName } = file.content;
	form.append(file.name, new Blob([bytes], { type: mimeType }), fileName);
	return form;
}

/** A provider that quotes the key in an error must not bring it into our outputs, however its JSON escapes it. */
export function parseJson(body: unknown, { apiKey }: Settings): unknown {
	try {
		return JSON.parse(String(body), (_, value: unknown) =>
			typeof value === 'string' ? value.replaceAll(apiKey, '***') : value,
		);
	} catch {
		return undefined;
	}
}

/** The beginning of a stream as text: an error page, or the first bytes of a file. */
export async function readText(
	stream: unknown,
	encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > MAX_ERROR_BYTES) break;
	}
	return Buffer.concat(chunks).toString(encoding);
}

/** What the user called the credential; its type's name where n8n does not say. */
export function credentialNameOf(caller: Caller, provider: Provider): string {
	return caller.getNode().credentials?.[provider.credential]?.name ?? provider.credential;
}
