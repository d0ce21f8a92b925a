import type { IWebhookFunctions } from 'n8n-workflow';
import { verifySignature } from '../../core/signature';
import type { Session } from '../api/session';
import { parseJson } from '../api/send';

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

/** Answers the provider, now and once: what comes after the first answer is ignored. */
export type Reply = (httpStatus: number, word: string) => void;

/** Whoever uses it returns `noWebhookResponse: true` to n8n, or silences n8n's own answer. */
export function replyOf(ctx: IWebhookFunctions): Reply {
	const response = ctx.getResponseObject() as unknown as Response;
	let isAnswered = false;
	return (httpStatus, word) => {
		if (isAnswered) return;
		isAnswered = true;
		response.status(httpStatus).json({ status: word });
	};
}

/** The little of Express that we touch. */
interface Response {
	status(code: number): { json(body: unknown): void };
}

/** Refused callbacks of one node are logged so seldom, in milliseconds: anybody can send them. */
const REFUSAL_LOG_MS = 600_000;
const refusalLoggedAt = new Map<string, number>();

/** For the user who has entered another secret than the provider's. Nothing of the request gets into the log. */
export function warnOfRefusal(ctx: IWebhookFunctions, now: number): void {
	const workflow = ctx.getWorkflow().id ?? '';
	const node = `${workflow} ${ctx.getNode().id}`;
	if (now - (refusalLoggedAt.get(node) ?? -Infinity) < REFUSAL_LOG_MS) return;
	refusalLoggedAt.set(node, now);
	ctx.logger.warn(
		`Seedance: a callback to the node "${ctx.getNode().name}" (workflow ${workflow}) was refused with 401, because its signature or its address is not right. If it came from the provider, compare "Webhook Secret" in the credential with the secret in your account there. More of them are not logged for 10 minutes.`,
	);
}

export const rawBodyOf = (ctx: IWebhookFunctions): Buffer =>
	(ctx.getRequestObject() as unknown as { rawBody?: Buffer }).rawBody ?? Buffer.alloc(0);
