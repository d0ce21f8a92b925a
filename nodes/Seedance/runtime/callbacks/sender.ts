import { createHmac } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { isRecent, sameText } from '../../core/signature';
import type { Settings } from '../api/credential';
import type { Session } from '../api/session';
import { signatureKeys } from './signatureKeys';

// Who has sent a callback: the provider, we ourselves, or somebody who may not.

/**
 * `signed` by the provider, `forged` where a signature is missing or wrong, `unsigned` where none can be checked: the
 * provider does not sign, or its key is not known.
 */
export type Sender = 'signed' | 'forged' | 'unsigned';

/** On our own calls, instead of the provider's signature: a sender, a time in Unix milliseconds, and an HMAC. */
export const OWN_CALL_HEADER = 'x-n8n-seedance-call';

/** A call of ours, and to whom it is made. */
export interface OwnCall {
	/** The execution that waits, or the trigger: a call to one is worth nothing at another. */
	receiver: string;
	/** Who has sent what it says, as far as that was checked. Only this is vouched for. */
	sender: Exclude<Sender, 'forged'>;
	body: Buffer | string;
}

/**
 * @param now Unix milliseconds
 * @returns the header's value
 */
export function signOwnCall(
	{ apiKey }: Pick<Settings, 'apiKey'>,
	{ receiver, sender, body }: OwnCall,
	now: number,
): string {
	// A key of its own: the token in an address, which the provider knows, tells nothing about it.
	const key = createHmac('sha256', apiKey).update('n8n-nodes-seedance own call').digest();
	const hmac = createHmac('sha256', key)
		.update(JSON.stringify([receiver, sender, now]))
		.update(body);
	return `${sender}.${now}.${hmac.digest('base64url')}`;
}

/**
 * A call that says it is ours must be. Any other is checked as the provider signs, if it does and the key is known: in one
 * of its ways, the callback must be signed.
 */
export async function senderOf(
	ctx: IWebhookFunctions,
	session: Session,
	receiver: string,
): Promise<Sender> {
	const { provider, settings, clock } = session;
	const headers = ctx.getHeaderData() as Record<string, unknown>;
	const rawBody = rawBodyOf(ctx);
	const ownCall = headers[OWN_CALL_HEADER];
	if (ownCall !== undefined)
		return senderOfOwnCall(ownCall, settings, { receiver, body: rawBody }, clock.now());
	const header = (name: string) => {
		const value = headers[name];
		return typeof value === 'string' ? value : undefined;
	};
	let isKeyKnown = false;
	for (const signature of provider.callback?.signatures ?? []) {
		const isSigned = (keys: readonly string[]) =>
			keys.some((key) => signature.isSigned(key, { rawBody, header }, clock.now()));
		const keys = await signatureKeys(session, signature, isSigned);
		if (isSigned(keys)) return 'signed';
		isKeyKnown ||= keys.length > 0;
	}
	return isKeyKnown ? 'forged' : 'unsigned';
}

function senderOfOwnCall(
	header: unknown,
	settings: Settings,
	call: Omit<OwnCall, 'sender'>,
	now: number,
): Sender {
	const [, sender, time] = /^(signed|unsigned)\.(\d{13})\.[\w-]{43}$/.exec(String(header)) ?? [];
	if (time === undefined || !isRecent(time, now)) return 'forged';
	const claimed = sender as OwnCall['sender'];
	return sameText(String(header), signOwnCall(settings, { ...call, sender: claimed }, Number(time)))
		? claimed
		: 'forged';
}

export const rawBodyOf = (ctx: IWebhookFunctions): Buffer =>
	(ctx.getRequestObject() as unknown as { rawBody?: Buffer }).rawBody ?? Buffer.alloc(0);
