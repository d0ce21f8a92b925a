import type { IHttpRequestOptions } from 'n8n-workflow';
import { ownAddress, type ExecutionAddress } from './address';
import { OWN_CALL_HEADER, signOwnCall, type OwnCall } from './sender';
import { CALL_AGAIN_PAUSES_MS } from './pauses';
import type { Clock } from '../limits/clock';
import type { Settings } from '../api/credential';
import type { Caller } from '../api/send';

/**
 * What comes back: `running`: the execution is just running; `finished`: it is over; `missing`: n8n knows no such address,
 * for good or because it is just starting; `unreachable`: nobody of ours has answered.
 */
export type SelfCallResult = 'accepted' | 'running' | 'finished' | 'missing' | 'unreachable';

/** It names no job: whoever takes it asks for all. */
const BODY = JSON.stringify({ event: 'n8n.selfCall' });
const TIMEOUT_MS = 20_000;

const FIRST_PAUSE_MS = 2_000;
/** When the pauses between the calls are used up. */
const LONGEST_PAUSE_MS = 600_000;
/** The last call, so long before the deadline, or after half of a short wait: time to ask for the jobs and to fetch some files. */
const LAST_CALL_MS = 90_000;
/** Answers in a row that the execution is running or missing; then it has gone on. An n8n that starts needs seconds. */
const MAX_UNCLEAR = 3;

/** To whom our own calls to an execution are made. */
export const receiverOf = ({ id }: Pick<ExecutionAddress, 'id'>): string => `execution ${id}`;

/**
 * A call to the execution's own address, with a signature of ours and without the API key: n8n reads the execution anew
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

/** The same to any of n8n's addresses of ours, with any body. */
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
	// This function alone: the caller holds all data of its execution, and calls are made for as long as that sleeps.
	const request = caller.helpers.httpRequest.bind(undefined);
	return async () => {
		const headers = {
			'content-type': 'application/json',
			[OWN_CALL_HEADER]: signOwnCall({ apiKey }, call, Date.now()),
		};
		try {
			return resultOf((await request({ ...options, headers })) as Answer);
		} catch {
			return 'unreachable';
		}
	};
}

interface Answer {
	statusCode: number;
	body: unknown;
}

/** Whatever stands between may answer as well, so a 200 counts only in our own words. */
function resultOf({ statusCode, body }: Answer): SelfCallResult {
	if (statusCode === 200 && String(body).includes('"status":"ok"')) return 'accepted';
	if (statusCode === 409) return isOver(body) ? 'finished' : 'running';
	return [401, 404, 410].includes(statusCode) ? 'missing' : 'unreachable';
}

/** Somebody of ours was there, whatever the answer was. */
export const isAnswered = (result: SelfCallResult): boolean =>
	result !== 'unreachable' && result !== 'missing';

/** n8n's words for an execution that has ended, well or not. */
const isOver = (body: unknown): boolean => /finished/.test(String(body));

/** How long an execution sleeps, as far as that is known when it falls asleep. */
export interface Sleep {
	/** What its jobs still need, in milliseconds. */
	expectedMs: number;
	/** Unix milliseconds. */
	deadline: number;
}

/**
 * After a node has begun to sleep: a callback that came before n8n had stored that was refused, others are lost on their
 * way, and providers call once. So the execution is called by us when its jobs are expected to be done, and again, later
 * each time, until it has gone on; for the last time shortly before the deadline. What is called when there is nothing
 * to do costs one question to the provider. An execution that is running has either gone on or is not stored yet, which
 * takes a starved n8n more than half a minute, so it is called a few times more. To be left alone; keeps nothing alive.
 */
export async function callWhenAsleep(
	call: () => Promise<SelfCallResult>,
	clock: Clock,
	{ expectedMs, deadline }: Sleep,
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
