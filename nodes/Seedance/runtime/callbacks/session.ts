import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { success, type Outcome } from '../../core/fault';
import type { Provider } from '../../core/provider';
import { nodeOf } from './address';
import { senderOf, type Sender } from './sender';
import { quietClock, type Clock } from '../limits/clock';
import { openSession, type Session } from '../api/session';

/**
 * To read a credential in a webhook call takes n8n 2 some 40 ms of processor time, a third of all that a callback costs. So
 * the callbacks of a burst share one reading for so long, in milliseconds.
 */
const SHARED_MS = 5_000;

/** Where n8n cannot read the credential just now, under load or without its database: when it is tried again, in ms. */
const AGAIN_PAUSES_MS = [200, 800, 2_000, 5_000, 15_000, 30_000, 60_000, 60_000];
/** So long a caller waits for its answer. A reading that fails under load may take n8n 20 s. */
const ANSWER_MS = 3_000;

type Reading = Promise<ICredentialDataDecryptedObject>;
const readings = new Map<string, Reading>();

interface Opened {
	session: Session;
	sender: Sender;
}

/** A node that is called. */
interface Called {
	ctx: IWebhookFunctions;
	provider: Provider;
	/** To whom our own calls are made. */
	receiver: string;
}

interface Patience {
	clock?: Clock;
	/** Called when it takes so long that the caller should have an answer before. */
	onDelay?: () => void;
}

/**
 * The session for a callback, and who sent it. A load that keeps n8n from reading the credential is no reason to turn
 * the caller away: it is read again.
 *
 * @throws what n8n says when the credential cannot be read for minutes
 */
export async function openForCallback(
	called: Called,
	{ clock = quietClock(), onDelay = () => {} }: Patience = {},
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
 * A signature that does not fit the shared reading is checked again with a fresh one: the user may have entered another
 * secret a moment ago, and the provider calls only once.
 */
async function openOnce(called: Called): Promise<Outcome<Opened>> {
	const name = nameOf(called);
	const shared = readings.get(name);
	if (shared) {
		// Where it fails, it fails for all who share it, and they share the next one, too.
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
	const options = { clock: quietClock(), credential };
	const opened = await openSession(ctx, provider, options);
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

/** Only the same node of the same workflow, with the same credential chosen in it. */
const nameOf = ({ ctx, provider: { credential } }: Called): string =>
	JSON.stringify([nodeOf(ctx), ctx.getNode().credentials?.[credential]]);
