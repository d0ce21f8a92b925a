import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { success, type Outcome } from '../../core/fault';
import type { Provider } from '../../core/provider';
import { nodeOf } from './address';
import { senderOf, type Sender } from './sender';
import { quietClock } from '../limits/clock';
import { openSession, type Session } from '../api/session';

/**
 * How long the callbacks of a burst share one read of the credential, in milliseconds. In a webhook call, reading it
 * takes n8n 2 about 40 ms of processor time, which is a third of the cost of a callback.
 */
const SHARED_MS = 5_000;

/**
 * The pauses before the credential is read again, in milliseconds, if n8n cannot read it because of load or a missing
 * database.
 */
const AGAIN_PAUSES_MS = [200, 800, 2_000, 5_000, 15_000, 30_000, 60_000, 60_000];
/** How long a caller waits for its answer, in milliseconds. Under load, a failing read can take n8n 20 s. */
const ANSWER_MS = 3_000;

type Reading = Promise<ICredentialDataDecryptedObject>;
const readings = new Map<string, Reading>();

interface Opened {
	session: Session;
	sender: Sender;
}

/** A node that receives a callback. */
interface Called {
	ctx: IWebhookFunctions;
	provider: Provider;
	/** The receiver that our own calls are signed for. */
	receiver: string;
}

/**
 * Opens the session for a callback and determines who sent it. If n8n is too busy to read the credential, the callback
 * is not refused; the credential is read again.
 *
 * @param onDelay called when the caller should get its answer before the result is known
 * @throws n8n's error if the credential could not be read for minutes
 */
export async function openForCallback(
	called: Called,
	onDelay = () => {},
	clock = quietClock(),
): Promise<Outcome<Opened>> {
	let isAnswered = false;
	void clock.sleep(ANSWER_MS).then(() => isAnswered || onDelay());
	try {
		for (const pauseMs of AGAIN_PAUSES_MS) {
			const opened = await openOnce(called).catch(() => undefined);
			if (opened) return opened;
			await clock.sleep(pauseMs);
		}
		return await openOnce(called);
	} finally {
		isAnswered = true;
	}
}

/**
 * If a signature does not match the shared credential, it is checked again with a fresh one: the user may have changed
 * the secret a moment ago, and the provider calls only once.
 */
async function openOnce(called: Called): Promise<Outcome<Opened>> {
	const name = nameOf(called);
	const shared = readings.get(name);
	if (shared) {
		// If the shared read fails, it fails for all callbacks that share it. They share the next one as well.
		const opened = await openWith(called, await shared);
		if (opened.ok && opened.value.sender !== 'forged') return opened;
	}
	const reading: Reading = called.ctx.getCredentials(called.provider.credential);
	share(name, reading);
	return await openWith(called, await reading);
}

async function openWith(
	{ ctx, provider, receiver }: Called,
	credential: ICredentialDataDecryptedObject,
): Promise<Outcome<Opened>> {
	const opened = await openSession(ctx, provider, { clock: quietClock(), credential });
	if (!opened.ok) return opened;
	return success({ session: opened.value, sender: await senderOf(ctx, opened.value, receiver) });
}

function share(name: string, reading: Reading): void {
	readings.set(name, reading);
	const forget = () => {
		if (readings.get(name) === reading) readings.delete(name);
	};
	reading.catch(forget);
	AbortSignal.timeout(SHARED_MS).addEventListener('abort', forget, { once: true });
}

/** Shared only by calls to the same node of the same workflow with the same credential. */
const nameOf = ({ ctx, provider: { credential } }: Called): string =>
	JSON.stringify([nodeOf(ctx), ctx.getNode().credentials?.[credential]]);
