import type { IHttpRequestOptions } from 'n8n-workflow';
import { signBody } from '../../core/signature';
import { ownAddress, type ExecutionPlace } from './address';
import type { Clock } from '../limits/clock';
import type { Session } from '../api/session';
import type { Caller } from '../api/send';

/**
 * What comes back: `busy`: the execution is running; `gone`: it is over; `missing`: n8n knows no such address, for good or
 * because it is just starting; `silent`: nobody of ours.
 */
export type SelfCallResult = 'heard' | 'busy' | 'gone' | 'missing' | 'silent';

/** It names no job: whoever hears it looks at all. */
const BODY = JSON.stringify({ event: 'n8n.look' });
const TIMEOUT_MS = 20_000;

const FIRST_PAUSE_MS = 2_000;
/** Before each further call; then the longest one. */
const AGAIN_PAUSES_MS = [5_000, 15_000, 60_000, 120_000, 240_000, 480_000];
const LONGEST_PAUSE_MS = 600_000;
/** The last call, so long before the deadline, or after half of a short wait: time to look at the jobs and to fetch some files. */
const LAST_CALL_MS = 90_000;
/** Answers in a row that the execution is running or missing; then it has gone on. An n8n that starts needs seconds. */
const MAX_UNCLEAR = 3;

/**
 * A call to the execution's own address, as the provider makes it, with the same signature and without the API key: n8n
 * reads the execution anew and calls the webhook method. Never throws.
 */
export function selfCall(
	caller: Caller,
	session: Pick<Session, 'provider' | 'settings'>,
	place: ExecutionPlace,
): () => Promise<SelfCallResult> {
	return ownCall(caller, session, ownAddress(place, session.settings).toString(), BODY);
}

/** The same to any of n8n's addresses of ours, with any body. */
export function ownCall(
	caller: Caller,
	{ provider, settings }: Pick<Session, 'provider' | 'settings'>,
	url: string,
	body: string,
): () => Promise<SelfCallResult> {
	const { signed } = provider.callback ?? {};
	const isSigned = signed && settings.webhookSecret !== '';
	const options: IHttpRequestOptions = {
		method: 'POST',
		url,
		headers: {
			'content-type': 'application/json',
			...(isSigned ? { [signed.signature]: signBody(settings.webhookSecret, body) } : {}),
		},
		body,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	};
	// This function alone: the caller holds all data of its execution, and calls are made for as long as that sleeps.
	const request = caller.helpers.httpRequest.bind(undefined);
	return async () => {
		try {
			return echoOf((await request(options)) as Answer);
		} catch {
			return 'silent';
		}
	};
}

interface Answer {
	statusCode: number;
	body: unknown;
}

/** Whatever stands between may answer as well, so a 200 counts only in our own words. */
function echoOf({ statusCode, body }: Answer): SelfCallResult {
	if (statusCode === 200 && String(body).includes('"status":"ok"')) return 'heard';
	if (statusCode === 409) return isOver(body) ? 'gone' : 'busy';
	return [401, 404, 410].includes(statusCode) ? 'missing' : 'silent';
}

/** Somebody of ours was there, whatever the answer was. */
export const isAnswered = (echo: SelfCallResult): boolean =>
	echo !== 'silent' && echo !== 'missing';

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
		const echo = await call();
		unclear = echo === 'busy' || echo === 'missing' ? unclear + 1 : 0;
		if (echo === 'gone' || unclear > MAX_UNCLEAR) return;
		pauseMs = AGAIN_PAUSES_MS[calls] ?? LONGEST_PAUSE_MS;
	}
}
