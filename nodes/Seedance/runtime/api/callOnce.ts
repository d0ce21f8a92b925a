import { failure, type Fault, type Outcome } from '../../core/fault';
import { KEY_CONFLICT, retry, SUBMIT, SUBMIT_WITH_KEY } from './retry';
import type { Session } from './session';

/** How a call that spends may be repeated. */
export interface Terms {
	/** How long a 429 is waited out, in milliseconds. */
	timeoutMs: number;
	/** The provider recognises the call by its key. */
	idempotent: boolean;
	/** The same call was made before, without a clear answer. */
	isRepeated?: boolean;
	/** Other executions come to the same key. */
	isShared?: boolean;
}

type Caller = Pick<Session, 'call' | 'signal'>;

/**
 * A call that spends: tried again only where that cannot pay twice. A 429 is waited out until the time is up; an unclear
 * answer is asked for again with the same idempotency key, or not at all; then the fault says that a job may have started.
 *
 * @param call gets the session to go by: once an answer was lost, the one that another item's fault does not end, because
 * the repeat costs nothing and gives the job that is paid already
 */
export async function callOnce<Out>(
	session: Session,
	call: (until: number, from: Caller) => Promise<Outcome<Out>>,
	{ timeoutMs, idempotent, isRepeated = false, isShared = false }: Terms,
): Promise<Outcome<Out>> {
	const { clock } = session;
	const until = clock.now() + timeoutMs;
	let mayHaveStarted = isRepeated;
	const from = () => (mayHaveStarted && idempotent ? session.toTheEnd : session);
	const attempt = async (): Promise<Outcome<Out>> => {
		const outcome = await call(until, from());
		if (outcome.ok) return outcome;
		const sent = { wasSent: mayHaveStarted, isShared };
		const conflict = idempotent ? conflictIn(outcome.fault, sent) : undefined;
		const fault = conflict ?? outcome.fault;
		mayHaveStarted ||= fault.ambiguous;
		return failure(fault);
	};
	const outcome = await retry(attempt, idempotent ? SUBMIT_WITH_KEY : SUBMIT, {
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
 * 409 and 422 where they are about the key: there is, or may be, a job under it. So after an unclear answer, whatever the
 * words; and where the words say so. 409 has no other meaning for a submit. (IETF draft on idempotency keys: 409 while the
 * first request is being worked on, 422 for another body) [us]
 */
function conflictIn(
	fault: Fault,
	{ wasSent, isShared }: { wasSent: boolean; isShared: boolean },
): Fault | undefined {
	const { httpStatus, message, code = '' } = fault;
	if (httpStatus !== 409 && httpStatus !== 422) return undefined;
	const isAbout = ABOUT_THE_KEY.test(`${code} ${message}`) || (isShared && httpStatus === 409);
	if (!wasSent && !isAbout) return undefined;
	const common = { ...fault, code: KEY_CONFLICT, ambiguous: true };
	return httpStatus === 409
		? {
				...common,
				transient: true,
				message:
					'The provider is still working on an earlier request with the same idempotency key',
				hint: 'Run the item again in a few minutes, with "Retry" in the list of executions: the same key then gives the job.',
			}
		: {
				...common,
				transient: false,
				message:
					'The provider knows this idempotency key from an earlier request with other content',
				hint: 'To make a new job on purpose, change "Idempotency Key", or with "Once per Content" the prompt.',
			};
}

function warnOfStart(fault: Fault): Fault {
	return {
		...fault,
		ambiguous: true,
		message: `${fault.message}. The job may have started all the same, without an ID that we know of`,
		hint: `Look at your account at the provider before you run this item again. ${fault.hint ?? ''}`.trim(),
	};
}
