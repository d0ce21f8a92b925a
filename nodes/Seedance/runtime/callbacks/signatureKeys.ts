import type { Signature } from '../../core/provider';
import type { Session } from '../api/session';
import type { Account } from '../limits/account';

/** How long fetched keys are used, in milliseconds. */
const KEPT_MS = 86_400_000;
/** The shortest time between two fetches, in milliseconds: anybody can send callbacks that match no key. */
const FETCH_INTERVAL_MS = 60_000;

interface FetchedKeys {
	keys: readonly string[];
	/** Monotonic milliseconds; -Infinity until the first fetch succeeds. */
	fetchedAt: number;
	triedAt: number;
	/** Concurrent callers share one fetch. */
	fetching?: Promise<void>;
}

const cache = new WeakMap<Account, Map<Signature, FetchedKeys>>();

/**
 * The keys that may have signed a callback: the webhook secret of the credential, or the keys that the provider
 * publishes. Published keys are fetched once a day, and again if none of them matches, because a provider may replace
 * them at any time.
 *
 * @param fits whether one of these keys has signed the callback
 * @returns none if they are not known: no secret was entered, or they cannot be fetched
 */
export async function signatureKeys(
	session: Session,
	signature: Signature,
	fits: (keys: readonly string[]) => boolean,
): Promise<readonly string[]> {
	const { account, clock, settings } = session;
	if (!signature.keys) return settings.webhookSecret === '' ? [] : [settings.webhookSecret];
	const ofAccount = cache.get(account) ?? new Map<Signature, FetchedKeys>();
	cache.set(account, ofAccount);
	const known = ofAccount.get(signature) ?? { keys: [], fetchedAt: -Infinity, triedAt: -Infinity };
	ofAccount.set(signature, known);
	const isOld = clock.monotonic() - known.fetchedAt >= KEPT_MS;
	if (!isOld && fits(known.keys)) return known.keys;
	if (clock.monotonic() - known.triedAt >= FETCH_INTERVAL_MS) {
		known.triedAt = clock.monotonic();
		known.fetching = fetchInto(known, session, signature);
	}
	await known.fetching;
	return known.keys;
}

/** If the keys cannot be fetched, the old ones remain in use. */
async function fetchInto(
	known: FetchedKeys,
	session: Session,
	{ keys, otherKeys }: Pick<Signature, 'keys' | 'otherKeys'>,
): Promise<void> {
	for (const endpoint of [keys, otherKeys]) {
		if (!endpoint) continue;
		const fetched = await session.call('account', endpoint, undefined);
		if (!fetched.ok || fetched.value.length === 0) continue;
		known.keys = fetched.value;
		known.fetchedAt = session.clock.monotonic();
		return;
	}
}
