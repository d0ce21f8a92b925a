import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { mainHostLabel, type NamedAccess } from '../../core/access';
import type { HttpAnswer } from '../../core/httpFault';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import type { Content, HttpCall, Provider } from '../../core/provider';
import { guarded, readText, type Body, type OpenAnswer } from './body';
import { quietClock } from '../limits/clock';
import type { Settings } from './credential';
import { networkFault } from './networkFault';

/** The context of a call: `execute`, or a webhook method. */
export type Caller = IExecuteFunctions | IWebhookFunctions;

/** More than any provider's reply. A reply that is cut off here cannot be parsed as JSON. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;
/** Error replies are read up to this length. */
export const MAX_ERROR_BYTES = 64 * 1024;

/** The provider to call, and the credential to call it with. */
export interface Key {
	provider: Provider;
	settings: Settings;
	/**
	 * As n8n decrypted it at the beginning. Otherwise n8n would decrypt it again for every request; in a webhook method
	 * it uses a sandbox for that, which takes 40 ms of processor time.
	 */
	credential: ICredentialDataDecryptedObject;
}

/** A path segment that consists only of dots leads to another path, however it is encoded. */
const DOTS_ALONE = /\/\.{1,2}(\/|\?|$)/;
const NO_JOB_ID = inputFault(
	'Job ID: only dots are not possible. Allowed: the ID that Generate Video gave, such as task_abc123def456.',
);

/**
 * The one authenticated call. The body of the answer is still being received. Nothing of a failed request leaves this
 * function, because it contains the key.
 *
 * @param timeout until the answer begins, in milliseconds
 */
export async function send(
	caller: Caller,
	{ provider, settings, credential }: Key,
	call: HttpCall,
	timeout: number,
): Promise<Outcome<OpenAnswer>> {
	if (DOTS_ALONE.test(call.path)) return failure(NO_JOB_ID);
	const options: IHttpRequestOptions = {
		method: call.method,
		url: addressOf(settings, call),
		headers: { accept: 'application/json', ...call.headers },
		body: bodyOf(call),
		// Otherwise n8n would read the whole answer. With a stream, we decide how much is enough.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A redirect would send the key to another host.
		disableFollowRedirect: true,
		timeout,
	};
	try {
		const answer = (await caller.helpers.httpRequestWithAuthentication.call(
			caller,
			provider.credential,
			options,
			{ credentialsDecrypted: { id: '', name: '', type: provider.credential, data: credential } },
		)) as { statusCode: number; headers: Record<string, unknown>; body: Body };
		const headers = parseJson(JSON.stringify(answer.headers), settings) as typeof answer.headers;
		return success({ status: answer.statusCode, headers, body: answer.body });
	} catch (error) {
		return failure(networkFault(provider, error));
	}
}

/**
 * Like `send`, but returns the whole text of the answer.
 *
 * @param timeout until the answer begins, and for each pause in it, in milliseconds
 */
export async function sendForText(
	caller: Caller,
	key: Key,
	call: HttpCall,
	timeout: number,
): Promise<Outcome<HttpAnswer<string>>> {
	const answer = await send(caller, key, call, timeout);
	return answer.ok ? await readAnswer(key, answer.value, MAX_ANSWER_BYTES, timeout) : answer;
}

/** The text of an answer. @param idleMs how long without any data until it is given up, in milliseconds */
export async function readAnswer(
	key: Pick<Key, 'provider'>,
	answer: OpenAnswer,
	maxBytes: number,
	idleMs: number,
): Promise<Outcome<HttpAnswer<string>>> {
	const { body } = answer;
	try {
		const read = () => readText(body, maxBytes);
		// Without the run's signal: a stop must not interrupt the answer to a submit, which contains the ID of a paid job.
		const limits = { maxBytes: Infinity, idleMs };
		const text = await guarded(body, limits, { clock: quietClock() }, read);
		return success({ ...answer, body: text });
	} catch (error) {
		// The answer had begun, so the provider has received the request.
		return failure({ ...networkFault(key.provider, error), ambiguous: true });
	}
}

/** The address of a call. @throws RangeError for a host that is not in the provider's row (a programming error) */
export function addressOf({ baseUrl, hosts }: Settings, { host, path }: HttpCall): string {
	const address = host === undefined ? baseUrl : hosts[host];
	if (address === undefined) throw new RangeError(`The provider has no host "${host}"`);
	return address + path;
}

/** The body in the form that n8n's helper expects. */
export const bodyOf = ({ body, form, file }: Content): IHttpRequestOptions['body'] =>
	file ? file.bytes : form ? formOf(form) : (body as IDataObject | undefined);

/** Node's own FormData and Blob, in memory like the image. */
function formOf({ fields, file }: NonNullable<HttpCall['form']>): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	const { bytes, mimeType, fileName } = file.content;
	form.append(file.name, new Blob([bytes], { type: mimeType }), fileName);
	return form;
}

/** A shorter webhook secret could be part of any text, so it is not masked. */
const MIN_SECRET = 8;

/**
 * Parses a provider's JSON; undefined if it is not JSON. If the provider quotes the key or the webhook secret, they are
 * masked, so that they cannot reach our outputs, whatever escapes the JSON uses.
 */
export function parseJson(body: string, { apiKey, webhookSecret }: Settings): unknown {
	const hidden = [apiKey, ...(webhookSecret.length < MIN_SECRET ? [] : [webhookSecret])];
	const masked = (text: string) =>
		hidden.reduce((masking, secret) => masking.replaceAll(secret, '***'), text);
	const isQuotedIn = (name: string) => hidden.some((secret) => name.includes(secret));
	try {
		return JSON.parse(body, (_, value: unknown, written?: { source?: string }) => {
			if (typeof value === 'string') return masked(value);
			// A long ID, kept as text. Node 20 does not provide the source text. The ID then stays a number, which is never
			// used as one.
			if (isRounded(value) && /^\d+$/.test(written?.source ?? '')) return written?.source;
			if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
			if (!Object.keys(value).some(isQuotedIn)) return value;
			const fields = Object.entries(value).map(([name, field]) => [masked(name), field as unknown]);
			return Object.fromEntries(fields) as unknown;
		});
	} catch {
		return undefined;
	}
}

/** An unreadable answer may hide a job that has started, so it is ambiguous and worth a retry. */
export function readBody<Out>(
	provider: NamedAccess,
	status: number,
	read: () => Out,
): Outcome<Out> {
	try {
		return success(read());
	} catch {
		return failure({
			message: `${provider.name} sent an answer that cannot be read (empty, cut off, or not the documented JSON)`,
			hint: `Usually a temporary problem, or something between n8n and the API, such as a proxy. If it happens again, check "${mainHostLabel(provider)}" in the credential.`,
			code: 'unreadable_answer',
			httpStatus: status,
			transient: true,
			ambiguous: true,
		});
	}
}

/** A whole number with more digits than JavaScript can represent. */
const isRounded = (value: unknown): boolean =>
	Number.isInteger(value) && !Number.isSafeInteger(value);

/** The user's name for the credential, or its type if n8n does not provide the name. */
export function credentialNameOf(caller: Caller, provider: Provider): string {
	return caller.getNode().credentials?.[provider.credential]?.name ?? provider.credential;
}
