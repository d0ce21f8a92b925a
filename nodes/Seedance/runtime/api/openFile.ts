import type { Outcome } from '../../core/fault';
import type { HttpCall } from '../../core/provider';
import type { Account } from '../limits/account';
import type { Timing } from '../limits/clock';
import { noteLetThrough, sendWithinLimits } from '../limits/withinLimits';
import type { OpenAnswer } from './body';
import { IDLE_TIMEOUT_MS, openWithoutKey } from './download';
import { addressOf, send, type Caller, type Key } from './send';

/**
 * Opens a file that needs the key, within the account's limits. Like every authenticated call, this one goes to a host of
 * the credential and follows no redirect. Where the answer leads to another address, that one is opened without the key.
 *
 * @throws the error of n8n's client if the other address does not answer
 */
export async function openFile(
	connection: Key & Timing & { caller: Caller; account: Account },
	call: HttpCall,
	headers: Record<string, string>,
): Promise<Outcome<OpenAnswer>> {
	const { caller, account } = connection;
	const withAll = { ...call, headers: { accept: '*/*', ...call.headers, ...headers } };
	const answer = await sendWithinLimits(
		connection,
		false,
		async (sent): Promise<Outcome<OpenAnswer>> => {
			const opened = await send(caller, connection, withAll, IDLE_TIMEOUT_MS);
			if (opened.ok && opened.value.status < 400) noteLetThrough(account, sent);
			return opened;
		},
	);
	const location = answer.ok
		? locationOf(answer.value, addressOf(connection.settings, call))
		: undefined;
	if (!answer.ok || location === undefined) return answer;
	answer.value.body.destroy?.();
	return await openWithoutKey(caller, location, headers);
}

/** Where an answer redirects to. @param base the address of the request */
function locationOf(
	{ status, headers: { location } }: OpenAnswer,
	base: string,
): string | undefined {
	if (status < 300 || status >= 400 || typeof location !== 'string') return undefined;
	return URL.canParse(location, base) ? new URL(location, base).href : undefined;
}
