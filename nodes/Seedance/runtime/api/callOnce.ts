import { failure, type Fault, type Outcome } from '../../core/fault';
import { KEY_CONFLICT, retry, submitting } from './retry';
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

/**
 * A call that spends: tried again only where that cannot pay twice. A 429 is waited out until the time is up; an unclear
 * answer is asked for again with the same idempotency key, or not at all; then the fault says that a job may have started.
 *
 * @param call gets the session to go by
 */
export async function callOnce<Out>(
	session: Session,
	call: (until: number, from: Session['toTheEnd']) => Promise<Outcome<Out>>,
	{ timeoutMs, idempotent, isRepeated = false, isShared = false }: Terms,
): Promise<Outcome<Out>> {
	const { clock } = session;
	const until = clock.now() + timeoutMs;
	let mayHaveStarted = isRepeated;
	// Once an answer was lost, another item's fault does not end the repeat: it costs nothing and gives the paid job.
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
	const transient = httpStatus === 409;
	const [said, hint] = transient ? STILL_AT_WORK : OTHER_CONTENT;
	return { ...fault, code: KEY_CONFLICT, ambiguous: true, transient, message: said, hint };
}

const STILL_AT_WORK = [
	'The provider is still working on an earlier request with the same idempotency key',
	'Run the item again in a few minutes, with "Retry" in the list of executions: the same key then gives the job.',
] as const;
const OTHER_CONTENT = [
	'The provider knows this idempotency key from an earlier request with other content',
	'To make a new job on purpose, change "Idempotency Key", or with "Once per Content" the prompt.',
] as const;

function warnOfStart(fault: Fault): Fault {
	return {
		...fault,
		ambiguous: true,
		message: `${fault.message}. The job may have started all the same, without an ID that we know of`,
		hint: `Look at your account at the provider before you run this item again. ${fault.hint ?? ''}`.trim(),
	};
}
