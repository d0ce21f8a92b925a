import type { IWebhookFunctions } from 'n8n-workflow';
import { verifySignature } from '../core/signature';
import type { Session } from './session';
import { parseJson } from './wire';

// What the two nodes that are called back have in common: the request as it came, who sent it, and the answer.

/**
 * Who says that he sent a callback: `signed` by the provider with the credential's secret, `forged` where the signature
 * is missing or wrong, `unsigned` where none can be checked: the provider does not sign, or there is no secret.
 */
export type Sender = 'signed' | 'forged' | 'unsigned';

/** Checked over the raw body as soon as the credential has a webhook secret and the provider signs. */
export function senderOf(
	ctx: IWebhookFunctions,
	{ provider, settings, clock }: Pick<Session, 'provider' | 'settings' | 'clock'>,
): Sender {
	const signed = provider.callback?.signed;
	if (settings.webhookSecret === '' || !signed) return 'unsigned';
	const headers = ctx.getHeaderData() as Record<string, unknown>;
	const header = (name: string) => {
		const value = headers[name];
		return typeof value === 'string' ? value : undefined;
	};
	const message = {
		rawBody: rawBodyOf(ctx),
		signature: header(signed.signature),
		timestamp: header(signed.timestamp),
	};
	return verifySignature(settings.webhookSecret, message, clock.now()) ? 'signed' : 'forged';
}

/** The JSON of a callback's body, read from its raw bytes; undefined where it is none. */
export function readCallbackBody(
	ctx: IWebhookFunctions,
	{ settings }: Pick<Session, 'settings'>,
): unknown {
	return parseJson(rawBodyOf(ctx).toString('utf8'), settings);
}

/** Answers the provider now; whoever uses it returns `noWebhookResponse: true` to n8n. */
export function answerProvider(ctx: IWebhookFunctions, httpStatus: number, word: string): void {
	const response = ctx.getResponseObject() as unknown as Response;
	response.status(httpStatus).json({ status: word });
}

/** The little of Express that we touch. */
interface Response {
	status(code: number): { json(body: unknown): void };
}

const rawBodyOf = (ctx: IWebhookFunctions): Buffer =>
	(ctx.getRequestObject() as unknown as { rawBody?: Buffer }).rawBody ?? Buffer.alloc(0);
