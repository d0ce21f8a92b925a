import { shorten } from '../../core/parameters';
import type { Intent, Provider } from '../../core/provider';
import { anyJobId } from '../../core/replies';
import { z } from '../../core/zod';
import { contentOf } from './prediction';

// Errors are in the envelope: `{"code":400,"message":"…","data":null}`, also in an HTTP 200. [doc]

const words = z.string().trim().min(1);
const errorBody = z.object({ message: words });
const envelope = z.object({ code: z.number().or(words) });
const job = z.object({ id: anyJobId });

const TOP_UP = 'wavespeed.ai/top-up';

/** How the lack of money is said is not documented. [us] */
const NO_MONEY = /(insufficient|not enough|no) (credit|balance|fund)|top[- ]?up|recharge/i;

const FEW_VIDEOS =
	'A new account may submit 5 videos a minute and run 3 at a time. Set "Max Concurrent Jobs" in the credential to what your account allows, or raise its level with a top-up.';

function refusal(httpStatus: number, said: string | undefined): ReturnType<Provider['fault']> {
	if (httpStatus === 402 || (said !== undefined && NO_MONEY.test(said))) {
		return {
			code: 'insufficient_credits',
			message: 'Not enough credit in the WaveSpeedAI account',
			hint: `Top it up at ${TOP_UP}, and run the item again. Nothing was charged for this video.`,
		};
	}
	return said === undefined ? {} : { message: `WaveSpeedAI did not accept the request: ${said}` };
}

export function fault(
	httpStatus: number,
	body: unknown,
	intent: Intent,
): ReturnType<Provider['fault']> {
	if (httpStatus === 401) {
		return {
			hint: 'Open the credential and paste the key again. A key that was made before the first top-up of the account does not work: make a new one at wavespeed.ai/accesskey.',
		};
	}
	if (httpStatus === 429) return intent === 'submit' ? { hint: FEW_VIDEOS } : {};
	if (httpStatus >= 500 || (httpStatus === 404 && intent === 'ask')) return {};
	const message = errorBody.safeParse(body).data?.message;
	const said = message && shorten(message, 300);
	if (httpStatus !== 404 || intent !== 'submit') return refusal(httpStatus, said);
	return {
		message: `WaveSpeedAI knows no model with this ID${said ? `: ${said}` : ''}`,
		hint: 'Check the option "Model ID". It is the end of the address of the model\'s page, such as bytedance/seedance-2.0/text-to-video-turbo.',
	};
}

/**
 * A code other than 200 is an error, whatever the HTTP status is. [doc] One that is not a code of HTTP counts as an error
 * of the server, unless the body names a job, which may cost money. A word is no code. [us]
 */
export function disguisedStatus(body: unknown): number | undefined {
	const code = Number(envelope.safeParse(body).data?.code ?? NaN);
	if (Number.isNaN(code) || code === 200) return undefined;
	const status = code >= 400 && code < 600 ? Math.floor(code) : 500;
	const hidesJob = status >= 500 && job.safeParse(contentOf(body)).success;
	return hidesJob ? undefined : status;
}
