import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { failure, success, type Fault, type Outcome } from '../../core/fault';
import { faultOfAnswer, type HttpAnswer } from '../../core/httpFault';
import type { Endpoint, HttpCall, Intent, Provider } from '../../core/provider';
import { accountOf, type Account } from '../limits/account';
import type { OpenAnswer } from './body';
import { orAborted } from '../limits/abort';
import { realClock, type Clock } from '../limits/clock';
import { readSettings, type Settings } from './credential';
import { DOWNLOADS_AT_ONCE, type Downloading } from './download';
import type { ImageFile } from '../../core/request';
import { openFile } from './openFile';
import { putFile } from './putFile';
import { Semaphore } from '../limits/semaphore';
import { submitLog, type SubmitLog } from './submitLog';
import {
	credentialNameOf,
	MAX_ERROR_BYTES,
	parseJson,
	readAnswer,
	readBody,
	send,
	sendForText,
	type Caller,
	type Key,
} from './send';
import {
	applyFault,
	noteLetThrough,
	sendWithinLimits,
	STOPPED,
	type Sent,
} from '../limits/withinLimits';

/** A provider and a credential for the duration of one run. */
export interface Session extends SubmitLog, Downloading {
	provider: Provider;
	settings: Settings;
	account: Account;
	/** Limits the concurrent downloads of this run. */
	downloads: Semaphore;
	/** Makes one request within the account's limits and reads the reply. Does not retry and does not throw. */
	call<In, Out>(
		intent: Intent,
		endpoint: Endpoint<In, Out>,
		input: In,
		options?: CallOptions,
	): Promise<Outcome<Out>>;
	/** The same, but only the user can stop it: for work that must finish even if another item has ended the run. */
	toTheEnd: Pick<Session, 'signal' | 'call'>;
	/** Sends a file to an address that the provider has named, without the key. */
	putFile(url: string, file: ImageFile): Promise<Outcome<true>>;
	/** A submit that returns the file itself, as a stream. @param timeoutMs until the file is made */
	fetchFile(call: HttpCall, timeoutMs: number, options?: CallOptions): Promise<Outcome<OpenAnswer>>;
}

export interface CallOptions {
	/** Unix milliseconds. If the limits do not allow the request before then, it is not sent. */
	until?: number;
	/** Called just before the request is sent. */
	onSend?: () => void;
}

/** How long a request may take, in milliseconds. A submit with an image is the slowest. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface SessionOptions {
	/** Ends every wait of the run, like a stop of the execution. */
	halt?: AbortSignal;
	clock?: Clock;
	/** If the caller has already read it. */
	credential?: ICredentialDataDecryptedObject;
}

/** Reads the credential and returns the session, or the problem with the credential. */
export async function openSession(
	caller: Caller,
	provider: Provider,
	{ halt, clock = realClock(), ...options }: SessionOptions = {},
): Promise<Outcome<Session>> {
	const read = () => caller.getCredentials<ICredentialDataDecryptedObject>(provider.credential);
	const credential = options.credential ?? (await read());
	const settings = readSettings(credential, provider);
	if (!settings.ok) return settings;
	const stopped = 'getExecutionCancelSignal' in caller && caller.getExecutionCancelSignal();
	const stop = stopped || new AbortController().signal;
	const signal = halt ? AbortSignal.any([stop, halt]) : stop;
	const { baseUrl, apiKey } = settings.value;
	const account = accountOf(baseUrl, apiKey, settings.value, clock.monotonic());
	const downloads = new Semaphore(DOWNLOADS_AT_ONCE);
	const log = submitLog(caller, provider);
	const session = { provider, settings: settings.value, account, clock, signal, downloads, ...log };
	const connection = { ...session, caller, credential };
	return success({
		...session,
		toTheEnd: { signal: stop, call: callerOf({ ...connection, signal: stop }) },
		call: callerOf(connection),
		openFile: (job, headers) => {
			const call = provider.file?.(job);
			return call && openFile(connection, call, headers);
		},
		putFile: (url, file) => putFile(caller, connection, url, file),
		fetchFile: (call, timeoutMs, options) => fetchFile(connection, call, timeoutMs, options),
	});
}

/** The session, with what only this file needs: the caller, and the credential as n8n gave it. */
type Connection = Omit<Session, 'call' | 'putFile' | 'fetchFile' | 'toTheEnd'> &
	Key & { caller: Caller };

const callerOf =
	(connection: Connection): Session['call'] =>
	async <In, Out>(
		intent: Intent,
		endpoint: Endpoint<In, Out>,
		input: In,
		{ until, onSend }: CallOptions = {},
	): Promise<Outcome<Out>> => {
		const { caller, signal } = connection;
		const call = endpoint.request(input);
		const isQuestion = intent === 'ask' || intent === 'account';
		const ask = async (sent: Sent): Promise<Outcome<Out>> => {
			onSend?.();
			const timeoutMs = call.timeoutMs ?? REQUEST_TIMEOUT_MS;
			const answer = await sendForText(caller, connection, call, timeoutMs);
			if (answer.ok) return understand(connection, intent, endpoint, input, answer.value, sent);
			// The meaning of a lost answer to a submit does not depend on a stop: a job may have started.
			return signal.aborted && isQuestion ? failure(STOPPED) : answer;
		};
		const sending = sendWithinLimits(connection, intent === 'submit', ask, until);
		// A stop may abandon a status request, but not a submit, whose answer contains the ID of a paid job.
		const answered = await (isQuestion ? orAborted(sending, signal) : sending);
		return answered ?? failure(STOPPED);
	};

/** The value in an answer, or the fault that it describes. */
function understand<In, Out>(
	connection: Connection,
	intent: Intent,
	endpoint: Endpoint<In, Out>,
	input: In,
	answer: HttpAnswer<string>,
	sent: Sent,
): Outcome<Out> {
	const { provider, settings, account } = connection;
	const body = parseJson(answer.body, settings);
	const disguised = isSuccess(answer.status) ? provider.disguisedStatus?.(body) : undefined;
	const status = disguised ?? answer.status;
	if (!isSuccess(status) && !isAnswer(endpoint, status, body)) {
		return failure(faultOf(connection, intent, { ...answer, status, body }, sent));
	}
	noteLetThrough(account, sent);
	const read = readBody(provider, status, () => endpoint.response(body, input, status));
	return read.ok ? success(read.value, body) : read;
}

async function fetchFile(
	connection: Connection,
	call: HttpCall,
	timeout: number,
	{ until, onSend }: CallOptions = {},
): Promise<Outcome<OpenAnswer>> {
	const { caller, account, settings } = connection;
	const fetch = async (sent: Sent): Promise<Outcome<OpenAnswer>> => {
		onSend?.();
		const answer = await send(caller, connection, call, timeout);
		if (!answer.ok) return answer;
		if (isSuccess(answer.value.status)) {
			noteLetThrough(account, sent);
			return answer;
		}
		const read = await readAnswer(connection, answer.value, MAX_ERROR_BYTES, REQUEST_TIMEOUT_MS);
		if (!read.ok) return read;
		const body = parseJson(read.value.body, settings);
		return failure(faultOf(connection, 'submit', { ...read.value, body }, sent));
	};
	return await sendWithinLimits(connection, true, fetch, until);
}

function isAnswer<In, Out>({ answers }: Endpoint<In, Out>, status: number, body: unknown): boolean {
	return typeof answers === 'function' ? answers(status, body) : !!answers?.includes(status);
}

const isSuccess = (status: number) => status >= 200 && status < 300;

function faultOf(
	{ caller, provider, account, clock }: Connection,
	intent: Intent,
	answer: HttpAnswer,
	sent: Sent,
): Fault {
	const credentialName = credentialNameOf(caller, provider);
	const fault = faultOfAnswer(provider, intent, answer, credentialName, clock.now());
	if (applyFault(account, clock, fault, sent, answer.body)) {
		const seconds = Math.ceil((fault.retryAfterMs ?? 0) / 1_000);
		caller.logger.warn(`${fault.message}. Nothing is sent with this key for ${seconds} s`);
	}
	return fault;
}
