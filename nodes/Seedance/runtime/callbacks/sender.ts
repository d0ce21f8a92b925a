import { createHmac } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { isRecent, sameText } from '../../core/signature';
import type { Settings } from '../api/credential';
import type { Session } from '../api/session';
import { signatureKeys } from './signatureKeys';

// Determines who has sent a callback: the provider, this package itself, or somebody else.

/**
 * `signed`: by the provider. `forged`: the signature is missing or wrong. `unsigned`: nothing shows that the body is the
 * provider's, because the provider does not sign it or its key is not known.
 */
export type Sender = 'signed' | 'forged' | 'unsigned';

/**
 * The header of our own calls, instead of the provider's signature: a sender, a time in Unix milliseconds, and an HMAC.
 */
export const OWN_CALL_HEADER = 'x-n8n-seedance-call';

/** A call that we make to ourselves. */
export interface OwnCall {
	/** The waiting execution, or the trigger. A call that is signed for one is not valid for another. */
	receiver: string;
	/** Who sent the content, as far as that was checked. The signature vouches for nothing else. */
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
	// A separate key. The token in an address, which the provider knows, reveals nothing about it.
	const key = createHmac('sha256', apiKey).update('n8n-nodes-seedance own call').digest();
	const hmac = createHmac('sha256', key)
		.update(JSON.stringify([receiver, sender, now]))
		.update(body);
	return `${sender}.${now}.${hmac.digest('base64url')}`;
}

/**
 * A call with our header must be signed by us. Any other call must be signed in one of the provider's ways, if the
 * provider signs and the key is known.
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
		if (isSigned(keys)) return signature.leavesBodyOpen ? 'unsigned' : 'signed';
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
