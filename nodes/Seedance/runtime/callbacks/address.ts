import { createHmac } from 'node:crypto';
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { sameText } from '../../core/signature';
import { isLoopback, type Settings } from '../api/credential';

/**
 * Appended to n8n's resume address. Other nodes that wait answer it with 404 and do not take our callback by mistake.
 */
export const CALLBACK_PATH = 'seedance-callback';
/** The name of n8n 2.x's own token. */
const N8N_TOKEN = 'signature';
const OUR_TOKEN = 'token';

/**
 * The address that a provider calls for this execution. It is known before the execution waits, and all items share it.
 */
export function callbackAddress(
	ctx: IExecuteFunctions,
	settings: Pick<Settings, 'apiKey' | 'baseUrl'>,
): Outcome<string> {
	const url = ownAddress(executionOf(ctx), settings);
	// A provider on the internet cannot reach this machine or a private network. A provider on this machine (a test) can.
	const isReachable = !isPrivate(url) || isPrivate(new URL(settings.baseUrl));
	if (isReachable) return success(url.toString());
	return failure(
		inputFault(
			`The provider cannot call back ${url.origin}, which is an address inside your own network`,
			'Set WEBHOOK_URL of n8n to its public address, or choose "Wait Until It Is Ready" in "After Submit". Nothing was submitted.',
		),
	);
}

/** Identifies a trigger or another node, as a key for what is remembered about it. */
export const nodeOf = (ctx: IWebhookFunctions): string =>
	`${ctx.getWorkflow().id} ${ctx.getNode().id}`;

/** An execution, as its callers need to know it. */
export interface ExecutionAddress {
	id: string;
	/** As n8n gives it, with n8n's token if it has one. */
	resumeUrl: string;
}

/** One expression for both values, because n8n takes milliseconds for each expression. */
export function executionOf(ctx: IExecuteFunctions | IWebhookFunctions): ExecutionAddress {
	const execution = ctx.evaluateExpression('{{ [$execution.id, $execution.resumeUrl] }}', 0);
	const [id, resumeUrl] = execution as unknown as [string, string];
	return { id, resumeUrl };
}

/** The same address, whether or not a provider can reach it. */
export function ownAddress(
	{ id, resumeUrl }: ExecutionAddress,
	settings: Pick<Settings, 'apiKey'>,
): URL {
	const url = new URL(resumeUrl);
	url.pathname += `/${CALLBACK_PATH}`;
	if (!hasToken({ resumeUrl })) url.searchParams.set(OUR_TOKEN, tokenOf(settings, id));
	return url;
}

/**
 * Whether the caller knows the address. n8n 2.x has checked its own token before it calls us. n8n 1.x checks nothing,
 * so our token protects the address there.
 */
export function knowsAddress(
	ctx: IWebhookFunctions,
	{ id, resumeUrl }: ExecutionAddress,
	settings: Pick<Settings, 'apiKey'>,
): boolean {
	if (hasToken({ resumeUrl })) return true;
	const { [OUR_TOKEN]: given } = ctx.getQueryData() as Record<string, unknown>;
	return typeof given === 'string' && sameText(given, tokenOf(settings, id));
}

/** Whether n8n itself protects the address, as n8n 2.x does. */
export const hasToken = ({ resumeUrl }: Pick<ExecutionAddress, 'resumeUrl'>): boolean =>
	new URL(resumeUrl).searchParams.has(N8N_TOKEN);

/**
 * Derived from the key, because nothing that we could store reaches the webhook method of a waiting node. The key stays
 * secret: an HMAC does not reveal it, and without it nobody can compute the token of another execution.
 */
function tokenOf({ apiKey }: Pick<Settings, 'apiKey'>, id: string): string {
	return createHmac('sha256', apiKey)
		.update(`n8n-nodes-seedance callback ${id}`)
		.digest('base64url');
}

function isPrivate({ hostname }: URL): boolean {
	return isLoopback(hostname) || /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(hostname);
}
