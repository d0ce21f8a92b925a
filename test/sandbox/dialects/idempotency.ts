import type { Account } from '../core/account.ts';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { IDEMPOTENCY_HEADER, IDEMPOTENCY_SECONDS } from '../decisions.ts';
import type { Call } from './dialect.ts';

/** JSON with sorted keys, so that the order of the fields does not matter. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		inner && typeof inner === 'object' && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner,
	);
}

/**
 * Runs `submit`, or repeats its answer if the request's idempotency key is known. [us] Only accepted submissions are
 * remembered: one that was refused for lack of credits may be sent again with the same key.
 */
export function once(
	core: Core,
	call: Call,
	address: string,
	body: unknown,
	submit: () => Answer,
): Answer {
	const key = call.headers[IDEMPOTENCY_HEADER];
	if (!key) return submit();
	const fingerprint = `${address} ${canonical(body)}`;
	const known = recall(core, call.account, key);
	if (!known) {
		const answer = submit();
		call.account.remembered.set(key, { fingerprint, answer, at: core.clock.now() });
		return answer;
	}
	if (known.fingerprint !== fingerprint)
		throw new Problem(
			'idempotency_mismatch',
			'This Idempotency-Key was used with a different request.',
		);
	core.ledger.replayed(call.account);
	return known.answer;
}

function recall(core: Core, account: Account, key: string) {
	const known = account.remembered.get(key);
	const oldest = core.clock.now() - core.clock.wallMs(IDEMPOTENCY_SECONDS);
	return known && known.at > oldest ? known : undefined;
}
