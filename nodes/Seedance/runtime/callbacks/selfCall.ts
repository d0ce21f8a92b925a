import type { IHttpRequestOptions } from 'n8n-workflow';
import { ownAddress, type ExecutionAddress } from './address';
import { OWN_CALL_HEADER, signOwnCall, type OwnCall } from './sender';
import type { Clock } from '../limits/clock';
import type { Settings } from '../api/credential';
import type { Caller } from '../api/send';

/**
 * The result of a call. `running`: the execution is running at this moment. `finished`: it has ended. `missing`: n8n
 * does not know the address, either for good or because it is still starting. `unreachable`: no code of ours has
 * answered.
 */
export type SelfCallResult = 'accepted' | 'running' | 'finished' | 'missing' | 'unreachable';

/** Names no job, so the receiver asks for all of them. */
const BODY = JSON.stringify({ event: 'n8n.selfCall' });
const TIMEOUT_MS = 20_000;

const FIRST_PAUSE_MS = 2_000;
/** The pauses before the execution's own address is called again, in milliseconds. */
export const CALL_AGAIN_PAUSES_MS = [5_000, 15_000, 60_000, 120_000, 240_000, 480_000];
/** Used when the list of pauses is exhausted. */
const LONGEST_PAUSE_MS = 600_000;
/**
 * How long before the deadline the last call is made, in milliseconds; in a short wait, at half of the time. That
 * leaves time to ask for the jobs and to download some files.
 */
const LAST_CALL_MS = 90_000;
/**
 * After more than this many answers in a row that the execution is running or missing, it has resumed. A starting n8n
 * needs only seconds.
 */
const MAX_UNCLEAR = 3;

/** The receiver that our own calls to an execution are signed for. */
export const receiverOf = ({ id }: Pick<ExecutionAddress, 'id'>): string => `execution ${id}`;

/**
 * Calls the execution's own address, with our own signature and without the API key. n8n then reads the execution again
 * and calls the webhook method. Never throws.
 */
export function selfCall(
	caller: Caller,
	settings: Pick<Settings, 'apiKey'>,
	execution: ExecutionAddress,
): () => Promise<SelfCallResult> {
	const url = ownAddress(execution, settings).toString();
	const call: OwnCall = { receiver: receiverOf(execution), sender: 'unsigned', body: BODY };
	return ownCall(caller, settings, url, call);
}

/** The same for any of our addresses in n8n, with any body. */
export function ownCall(
	caller: Caller,
	{ apiKey }: Pick<Settings, 'apiKey'>,
	url: string,
	call: OwnCall,
): () => Promise<SelfCallResult> {
	const options: IHttpRequestOptions = {
		method: 'POST',
		url,
		body: call.body,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	};
	// Only this function is kept, because the caller holds all data of its execution and the calls go on while it sleeps.
	const request = caller.helpers.httpRequest.bind(undefined);
	return async () => {
		const headers = {
			'content-type': 'application/json',
			[OWN_CALL_HEADER]: signOwnCall({ apiKey }, call, Date.now()),
		};
		try {
			return resultOf(await request({ ...options, headers }));
		} catch {
			return 'unreachable';
		}
	};
}

/** Something in between, such as a proxy, may answer as well, so a 200 counts only with our own words. */
function resultOf(answer: unknown): SelfCallResult {
	const { statusCode, body } = answer as { statusCode: number; body: unknown };
	if (statusCode === 200 && String(body).includes('"status":"ok"')) return 'accepted';
	// What n8n says about an execution that has ended, with or without success.
	if (statusCode === 409) return /finished/.test(String(body)) ? 'finished' : 'running';
	return [401, 404, 410].includes(statusCode) ? 'missing' : 'unreachable';
}

/** Whether n8n or our code has answered, whatever the answer was. */
export const isAnswered = (result: SelfCallResult): boolean =>
	result !== 'unreachable' && result !== 'missing';

/**
 * Calls an execution that has begun to sleep, because a callback can get lost: n8n refuses one that arrives before it
 * has stored the execution, others get lost on their way, and providers call only once. The first call is made when the
 * jobs should be done. It is repeated with growing pauses until the execution has resumed, for the last time shortly
 * before the deadline. An unnecessary call costs one request to the provider.
 *
 * An execution that is running has either resumed or has not been stored yet, which takes an overloaded n8n more than
 * half a minute. So it is called a few more times.
 *
 * Not to be awaited. It does not keep the process alive.
 *
 * @param sleep how long its jobs still need, in milliseconds, and when it ends, in Unix milliseconds
 */
export async function callWhenAsleep(
	call: () => Promise<SelfCallResult>,
	clock: Clock,
	{ expectedMs, deadline }: { expectedMs: number; deadline: number },
): Promise<void> {
	const lastAt = deadline - Math.min(LAST_CALL_MS, (deadline - clock.now()) / 2);
	let pauseMs = FIRST_PAUSE_MS + Math.max(0, expectedMs);
	let unclear = 0;
	for (let calls = 0; ; calls += 1) {
		const leftMs = lastAt - clock.now();
		if (calls > 0 && leftMs <= 0) return;
		await clock.sleep(leftMs > 0 ? Math.min(pauseMs, leftMs) : pauseMs);
		if (clock.now() >= deadline) return;
		const result = await call();
		unclear = result === 'running' || result === 'missing' ? unclear + 1 : 0;
		if (result === 'finished' || unclear > MAX_UNCLEAR) return;
		pauseMs = CALL_AGAIN_PAUSES_MS[calls] ?? LONGEST_PAUSE_MS;
	}
}
