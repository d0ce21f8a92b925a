import { failure, type Fault, type Outcome } from '../../core/fault';
import { KEY_CONFLICT, retry, submitting } from './retry';
import type { Session } from './session';

/** When a call that spends money may be repeated. */
export interface Terms {
	/** How long a 429 is waited out, in milliseconds. */
	timeoutMs: number;
	/** The provider recognises a repeated call by its key. */
	idempotent: boolean;
	/** The same call was made before, without a clear answer. */
	isRepeated?: boolean;
	/** Other executions can have the same key. */
	isShared?: boolean;
}

/**
 * Makes a call that spends money. It is retried only if that cannot pay twice. A 429 is waited out until the time is
 * up. After an unclear answer the call is repeated with the same idempotency key, or not at all; in that case the fault
 * says that a job may have started.
 *
 * @param call receives the session to use
 */
export async function callOnce<Out>(
	session: Session,
	call: (until: number, from: Session['toTheEnd']) => Promise<Outcome<Out>>,
	{ timeoutMs, idempotent, isRepeated = false, isShared = false }: Terms,
): Promise<Outcome<Out>> {
	const { clock } = session;
	const until = clock.now() + timeoutMs;
	let mayHaveStarted = isRepeated;
	// After a lost answer, another item's fault does not stop the repeat: it costs nothing and returns the job that was
	// paid.
	const from = () => (mayHaveStarted && idempotent ? session.toTheEnd : session);
	const attempt = async (): Promise<Outcome<Out>> => {
		const outcome = await call(until, from());
		if (outcome.ok) return outcome;
		const conflict = idempotent && conflictIn(outcome.fault, mayHaveStarted, isShared);
		const fault = conflict || outcome.fault;
		mayHaveStarted ||= fault.ambiguous;
		return failure(fault);
	};
	const outcome = await retry(attempt, submitting(idempotent), {
		clock,
		until,
		get signal() {
			return from().signal;
		},
	});
	return outcome.ok || !mayHaveStarted ? outcome : failure(warnOfStart(outcome.fault));
}

const ABOUT_THE_KEY =
	/idempoten|duplicate|already (been )?used|different (request|body|payload|param)/i;

/**
 * Recognises a 409 or 422 about the idempotency key, which means that there is, or may be, a job under this key. It is
 * one if an earlier answer was unclear, or if the text says so. A 409 to a submit under a shared key has no other
 * meaning. (IETF draft on idempotency keys: 409 while the first request is being processed, 422 for another body) [us]
 */
function conflictIn(fault: Fault, wasSent: boolean, isShared: boolean): Fault | undefined {
	const { httpStatus, message, code = '' } = fault;
	if (httpStatus !== 409 && httpStatus !== 422) return undefined;
	const isAbout = ABOUT_THE_KEY.test(`${code} ${message}`) || (isShared && httpStatus === 409);
	if (!wasSent && !isAbout) return undefined;
	const transient = httpStatus === 409;
	const [text, hint] = transient ? STILL_AT_WORK : OTHER_CONTENT;
	return { ...fault, code: KEY_CONFLICT, ambiguous: true, transient, message: text, hint };
}

const STILL_AT_WORK = [
	'The provider is still working on an earlier request with the same idempotency key',
	'Run the item again in a few minutes, with "Retry" in the list of executions. The same key then returns the job.',
] as const;
const OTHER_CONTENT = [
	'The provider says that this idempotency key was already used for other content',
	'To make a new job, change "Idempotency Key". With "Once per Content", change the prompt.',
] as const;

function warnOfStart(fault: Fault): Fault {
	return {
		...fault,
		ambiguous: true,
		message: `${fault.message}. The job may have started anyway, but its ID is not known`,
		hint: `Check your account at the provider before you run this item again. ${fault.hint ?? ''}`.trim(),
	};
}
