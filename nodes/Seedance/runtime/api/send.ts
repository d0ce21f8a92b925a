import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import type { Content, HttpCall, Provider } from '../../core/provider';
import { guarded, readText, type Body } from './body';
import { quietClock } from '../limits/clock';
import type { Settings } from './credential';
import { networkFault } from './networkFault';

/** Where our code runs: in `execute`, or in the webhook method of a waiting node. */
export type Caller = IExecuteFunctions | IWebhookFunctions;

/** No answer of a provider is that long; what is cut off here cannot be read as JSON. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;
/** More of an error than this is not read. */
export const MAX_ERROR_BYTES = 64 * 1024;

export interface WireAnswer<T = string> {
	status: number;
	headers: Record<string, unknown>;
	body: T;
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

/** No encoding keeps a part of a path that is only dots from being another path. */
const DOTS_ALONE = /\/\.{1,2}(\/|\?|$)/;
const NO_JOB_ID = inputFault(
	'Job ID: only dots are not possible. Allowed: the ID that Generate Video gave, such as task_abc123def456.',
);

/**
 * The one authenticated call, its body still coming in. Nothing of a failed request leaves this function: it would carry
 * the key.
 *
 * @param timeout until the answer begins, in milliseconds
 */
export async function send(
	caller: Caller,
	{ provider, settings, credential }: Key,
	call: HttpCall,
	timeout: number,
): Promise<Outcome<WireAnswer<Body>>> {
	if (DOTS_ALONE.test(call.path)) return failure(NO_JOB_ID);
	const options: IHttpRequestOptions = {
		method: call.method,
		url: addressOf(settings, call),
		headers: { accept: 'application/json', ...call.headers },
		body: bodyOf(call),
		// n8n reads whatever comes to its end; as a stream, we decide how much is enough.
		encoding: 'stream',
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
		)) as { statusCode: number; headers: Record<string, unknown>; body: Body };
		const headers = parseJson(JSON.stringify(answer.headers), settings) as typeof answer.headers;
		return success({ status: answer.statusCode, headers, body: answer.body });
	} catch (error) {
		return failure(networkFault(provider, error));
	}
}

/** The same with the whole text. @param timeout until the answer begins, and then for each silence in it */
export async function sendForText(
	caller: Caller,
	key: Key,
	call: HttpCall,
	timeout: number,
): Promise<Outcome<WireAnswer>> {
	const answer = await send(caller, key, call, timeout);
	return answer.ok ? await readAnswer(key, answer.value, MAX_ANSWER_BYTES, timeout) : answer;
}

/** The text of an answer that has begun. @param idleMs silence after which it is given up, in milliseconds */
export async function readAnswer(
	key: Pick<Key, 'provider'>,
	answer: WireAnswer<Body>,
	maxBytes: number,
	idleMs: number,
): Promise<Outcome<WireAnswer>> {
	const { body } = answer;
	try {
		const read = () => readText(body, maxBytes);
		// Without the run's signal: a stop must not break off the answer to a submit, which names a job that costs money.
		const limits = { maxBytes: Infinity, idleMs };
		const text = await guarded(body, limits, { clock: quietClock() }, read);
		return success({ ...answer, body: text });
	} catch (error) {
		// The answer had begun, so the request has arrived, whatever broke off the rest of it.
		return failure({ ...networkFault(key.provider, error), ambiguous: true });
	}
}

/** @throws RangeError for a host that the provider's row does not have (a programming error) */
function addressOf({ hosts }: Settings, { host = 'base', path }: HttpCall): string {
	const address = hosts[host];
	if (address === undefined) throw new RangeError(`The provider has no host "${host}"`);
	return address + path;
}

/** What a request carries, as n8n's helper takes it. */
export const bodyOf = ({ body, form, file }: Content): IHttpRequestOptions['body'] =>
	file ? file.bytes : form ? formOf(form) : (body as IDataObject | undefined);

/** Node's own FormData and Blob; in memory, as the image is. */
function formOf({ fields, file }: NonNullable<HttpCall['form']>): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	const { bytes, mimeType, fileName } = file.content;
	form.append(file.name, new Blob([bytes], { type: mimeType }), fileName);
	return form;
}

/** Shorter, a webhook secret could be a part of any text: it is not looked for. */
const MIN_SECRET = 8;

/**
 * The JSON of what a provider sent; undefined where it is none. A provider that quotes the key or the webhook secret must
 * not bring it into our outputs, however its JSON escapes it.
 */
export function parseJson(body: string, { apiKey, webhookSecret }: Settings): unknown {
	const hidden = [apiKey, ...(webhookSecret.length < MIN_SECRET ? [] : [webhookSecret])];
	const masked = (text: string) =>
		hidden.reduce((masking, secret) => masking.replaceAll(secret, '***'), text);
	const isQuotedIn = (name: string) => hidden.some((secret) => name.includes(secret));
	try {
		return JSON.parse(body, (_, value: unknown, written?: { source?: string }) => {
			if (typeof value === 'string') return masked(value);
			// A long ID. Node 20 does not say what was written there; then it stays a number that nobody takes for an ID.
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

/** An answer that cannot be read may hide a job that has started: ambiguous, and worth asking again. */
export function readBody<Out>(
	provider: Pick<Provider, 'name'>,
	status: number,
	read: () => Out,
): Outcome<Out> {
	try {
		return success(read());
	} catch {
		return failure({
			message: `${provider.name} sent an answer that cannot be read (empty, cut off, or not the documented JSON)`,
			hint: 'Usually a passing fault, or something between n8n and the API, such as a proxy. Check "Base URL" in the credential if it stays.',
			code: 'unreadable_answer',
			httpStatus: status,
			transient: true,
			ambiguous: true,
		});
	}
}

/** A whole number with too many digits for JavaScript to hold. */
const isRounded = (value: unknown): boolean =>
	Number.isInteger(value) && !Number.isSafeInteger(value);

/** What the user called the credential; its type's name where n8n does not say. */
export function credentialNameOf(caller: Caller, provider: Provider): string {
	return caller.getNode().credentials?.[provider.credential]?.name ?? provider.credential;
}
