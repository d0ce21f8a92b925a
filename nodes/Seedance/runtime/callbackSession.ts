import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { success, type Outcome } from '../core/fault';
import type { Provider } from '../core/provider';
import { senderOf, type Sender } from './callbackRequest';
import { quietClock } from './clock';
import { openSession, type Session } from './session';

/**
 * To read a credential in a webhook call takes n8n 2 some 40 ms of processor time, a third of all that a callback costs. So
 * the callbacks of a burst share one reading for so long, in milliseconds.
 */
const SHARED_MS = 5_000;

type Reading = Promise<ICredentialDataDecryptedObject>;
const readings = new Map<string, Reading>();

/**
 * The session for a callback, and who sent it.
 *
 * A signature that does not fit the shared reading is checked again with a fresh one: the user may have entered another
 * secret a moment ago, and the provider calls only once.
 */
export async function openForCallback(
	ctx: IWebhookFunctions,
	provider: Provider,
): Promise<Outcome<{ session: Session; sender: Sender }>> {
	const name = nameOf(ctx, provider);
	const shared = readings.get(name);
	if (shared) {
		const opened = await openWith(ctx, provider, shared);
		if (opened.ok && opened.value.sender !== 'forged') return opened;
	}
	const reading: Reading = ctx.getCredentials(provider.credential);
	share(name, reading);
	return await openWith(ctx, provider, reading);
}

async function openWith(ctx: IWebhookFunctions, provider: Provider, reading: Reading) {
	const options = { clockFor: quietClock, credential: await reading };
	const opened = await openSession(ctx, provider, options);
	if (!opened.ok) return opened;
	return success({ session: opened.value, sender: senderOf(ctx, opened.value) });
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
const nameOf = (ctx: IWebhookFunctions, { credential }: Provider): string =>
	JSON.stringify([ctx.getWorkflow().id, ctx.getNode().id, ctx.getNode().credentials?.[credential]]);
