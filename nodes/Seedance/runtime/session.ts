import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { failure, success, type Fault, type Outcome } from '../core/fault';
import { faultOfAnswer } from '../core/httpFault';
import type { Endpoint, HttpCall, Provider } from '../core/provider';
import { accountOf, type Account } from './account';
import { realClock, type Clock } from './clock';
import { readSettings, type Settings } from './credential';
import { networkFault } from './networkFault';

/** Where our code runs: in `execute`, or in the webhook method of a waiting node. */
export type Caller = IExecuteFunctions | IWebhookFunctions;

/** One provider, reached with one credential, for the time of one run. */
export interface Session {
	provider: Provider;
	settings: Settings;
	account: Account;
	clock: Clock;
	/** Asks and reads, within the account's request budget. One request, no retry, no throw. */
	call<In, Out>(endpoint: Endpoint<In, Out>, input: In): Promise<Outcome<Out>>;
}

/** What a request may take, in milliseconds; a submit with an image is the slowest. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Ours, for a call that was never made because the run is to stop. */
const STOPPED: Fault = {
	message: 'The execution was stopped',
	code: 'stopped',
	transient: false,
	ambiguous: false,
};

/**
 * Reads the credential and gives back the session, or what is wrong with the credential.
 *
 * @param halted a condition of the caller's own that ends every wait, beside a stop of the execution
 */
export async function openSession(
	caller: Caller,
	provider: Provider,
	halted: () => boolean = () => false,
): Promise<Outcome<Session>> {
	const settings = readSettings(await caller.getCredentials(provider.credential));
	if (!settings.ok) return settings;
	const account = accountOf(settings.value.baseUrl, settings.value.apiKey, settings.value);
	const signal =
		'getExecutionCancelSignal' in caller ? caller.getExecutionCancelSignal() : undefined;
	const clock = realClock(() => signal?.aborted === true || halted());
	const session = { provider, settings: settings.value, account, clock };
	return success({
		...session,
		call: (endpoint, input) => callProvider(caller, session, endpoint, input),
	});
}

type Connection = Omit<Session, 'call'>;

async function callProvider<In, Out>(
	caller: Caller,
	connection: Connection,
	endpoint: Endpoint<In, Out>,
	input: In,
): Promise<Outcome<Out>> {
	const { provider, account, clock } = connection;
	const call = endpoint.request(input);
	const answer = await account.budget.run(clock, () => send(caller, connection, call));
	if (answer === undefined) return failure(STOPPED);
	if (!answer.ok) return clock.stopped() ? failure({ ...STOPPED, ambiguous: true }) : answer;
	const body = parseJson(answer.value.text, connection.settings.apiKey);
	const { headers } = answer.value;
	const status = provider.disguisedStatus?.(body) ?? answer.value.status;
	const isAnswer = (status >= 200 && status < 300) || endpoint.answers?.includes(status);
	if (!isAnswer) {
		const key = { credentialName: credentialNameOf(caller, provider) };
		const fault = faultOfAnswer(provider, call, { status, headers, body }, key, clock.now());
		if (fault.retryAfterMs !== undefined) account.budget.pause(clock.now() + fault.retryAfterMs);
		return failure(fault);
	}
	const read = readBody(provider, status, () => endpoint.response(body, input));
	return read.ok ? success(read.value, body) : read;
}

/** An answer that cannot be read may hide a job that has started: ambiguous, and worth asking again. */
function readBody<Out>(provider: Provider, status: number, read: () => Out): Outcome<Out> {
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

interface TextAnswer {
	status: number;
	headers: Record<string, unknown>;
	text: string;
}

/** The one authenticated call. Nothing of a failed request leaves this function: it would carry the key. */
async function send(
	caller: Caller,
	{ provider, settings }: Connection,
	call: HttpCall,
): Promise<Outcome<TextAnswer>> {
	const options: IHttpRequestOptions = {
		method: call.method,
		url: (call.base === 'upload' ? settings.uploadUrl : settings.baseUrl) + call.path,
		headers: { accept: 'application/json', ...call.headers },
		body: call.form ? formOf(call.form) : (call.body as IDataObject | undefined),
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A redirect would carry the key to another host.
		disableFollowRedirect: true,
		timeout: REQUEST_TIMEOUT_MS,
	};
	try {
		const answer = (await caller.helpers.httpRequestWithAuthentication.call(
			caller,
			provider.credential,
			options,
		)) as { statusCode: number; headers: Record<string, unknown>; body: unknown };
		const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '');
		return success({ status: answer.statusCode, headers: answer.headers, text });
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
function parseJson(text: string, apiKey: string): unknown {
	try {
		return JSON.parse(text, (_, value: unknown) =>
			typeof value === 'string' ? value.replaceAll(apiKey, '***') : value,
		);
	} catch {
		return undefined;
	}
}

/** What the user called the credential; its type's name where n8n does not say. */
function credentialNameOf(caller: Caller, provider: Provider): string {
	return caller.getNode().credentials?.[provider.credential]?.name ?? provider.credential;
}
