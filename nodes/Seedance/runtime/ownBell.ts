import type { IHttpRequestOptions } from 'n8n-workflow';
import { signBody } from '../core/signature';
import { ownAddress, type ExecutionPlace } from './callbackAddress';
import type { Clock } from './clock';
import type { Session } from './session';
import type { Caller } from './wire';

/** What comes back: `busy`: the execution is running; `gone`: it is over, or there is none; `silent`: nobody of ours. */
export type Echo = 'heard' | 'busy' | 'gone' | 'silent';

/** It names no job: whoever hears it looks at all. */
const BODY = JSON.stringify({ event: 'n8n.look' });
const TIMEOUT_MS = 20_000;

const FIRST_PAUSE_MS = 2_000;
const AGAIN_PAUSES_MS = [5_000, 15_000, 60_000];

/**
 * A call to the execution's own address, as the provider makes it, with the same signature and without the API key: n8n
 * reads the execution anew and calls the webhook method. Never throws.
 */
export function ownBell(
	caller: Caller,
	{ provider, settings }: Pick<Session, 'provider' | 'settings'>,
	place: ExecutionPlace,
): () => Promise<Echo> {
	const { signed } = provider.callback ?? {};
	const isSigned = signed && settings.webhookSecret !== '';
	const options: IHttpRequestOptions = {
		method: 'POST',
		url: ownAddress(place, settings).toString(),
		headers: {
			'content-type': 'application/json',
			...(isSigned ? { [signed.signature]: signBody(settings.webhookSecret, BODY) } : {}),
		},
		body: BODY,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	};
	return async () => {
		try {
			return echoOf((await caller.helpers.httpRequest(options)) as Answer);
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
function echoOf({ statusCode, body }: Answer): Echo {
	if (statusCode === 200 && String(body).includes('"status":"ok"')) return 'heard';
	if (statusCode === 409) return isOver(body) ? 'gone' : 'busy';
	return [401, 404, 410].includes(statusCode) ? 'gone' : 'silent';
}

/** n8n's words for an execution that has ended, well or not. */
const isOver = (body: unknown): boolean => /finished/.test(String(body));

/**
 * After a node has begun to sleep: a callback that came before n8n had stored that was refused, and providers call once.
 * So the execution is called once by us, when its jobs are expected to be done: what has gone on by then costs nothing.
 * One that is running has either gone on or is not stored yet, which takes a starved n8n more than half a minute, so it is
 * called again. To be left alone; keeps nothing alive.
 *
 * @param expectedMs how long the jobs still need, as far as that is known
 */
export async function ringWhenAsleep(
	call: () => Promise<Echo>,
	clock: Clock,
	expectedMs: number,
): Promise<void> {
	for (const pauseMs of [FIRST_PAUSE_MS + Math.max(0, expectedMs), ...AGAIN_PAUSES_MS]) {
		await clock.sleep(pauseMs);
		const echo = await call();
		if (echo === 'heard' || echo === 'gone') return;
	}
}
