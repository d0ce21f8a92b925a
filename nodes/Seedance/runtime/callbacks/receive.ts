import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { JobReading } from '../../core/job';
import { chosenProvider } from '../items/chosenProvider';
import { parseJson } from '../api/send';
import type { Session } from '../api/session';
import { nodeOf } from './address';
import { rawBodyOf, type Sender } from './sender';
import { openForCallback } from './session';

// What the two nodes with callbacks have in common.

/** A callback whose signature is valid or cannot be checked. */
export interface Callback {
	session: Session;
	/** The parsed JSON of the raw body; undefined if the body is not JSON. */
	body: unknown;
	/** What it says about jobs. */
	readings: JobReading[];
	sender: Exclude<Sender, 'forged'>;
}

/** `ok`: there is nothing to do, and nothing is wrong. */
const STATUSES = { ok: 200, nonsense: 400, forged: 401, later: 503 };
type Answer = keyof typeof STATUSES;

type Work = () => Promise<IWebhookResponseData>;

interface CallbackHandler {
	/** The receiver that our own calls are signed for. */
	receiver: string;
	/** The answer to a callback, or the work to do after the caller has received a 200. */
	handle: (callback: Callback) => Answer | Work;
}

/**
 * Handles a callback: checks it, answers it at once, and does the work after that.
 *
 * Never throws: n8n would delete the data of a waiting execution, or start a trigger's workflow with the error.
 */
export async function receive(
	ctx: IWebhookFunctions,
	handlerOf: () => CallbackHandler,
): Promise<IWebhookResponseData> {
	const reply = replyOf(ctx);
	const work = await check(ctx, handlerOf, () => reply('ok'));
	reply(typeof work === 'string' ? work : 'ok');
	if (work === 'forged') warnOfRefusal(ctx);
	try {
		if (typeof work !== 'string') return await work();
	} catch {
		ctx.logger.warn('Seedance: a callback could not be processed');
	}
	return { noWebhookResponse: true };
}

async function check(
	ctx: IWebhookFunctions,
	handlerOf: () => CallbackHandler,
	onDelay: () => void,
): Promise<Answer | Work> {
	try {
		const { receiver, handle } = handlerOf();
		const provider = chosenProvider(ctx);
		const opened = await openForCallback({ ctx, provider, receiver }, onDelay);
		if (!opened.ok) {
			ctx.logger.warn(`Seedance: a callback was postponed. ${opened.fault.message}`);
			return 'later';
		}
		const { session, sender } = opened.value;
		if (sender === 'forged') return sender;
		const body = parseJson(rawBodyOf(ctx).toString('utf8'), session.settings);
		return handle({ session, body, sender, readings: provider.callback?.jobsIn(body) ?? [] });
	} catch {
		// The error is not logged, because it may contain a request and so a key. The provider may call again.
		ctx.logger.warn(
			'Seedance: a callback could not be handled, because the credential could not be read',
		);
		return 'later';
	}
}

/** Answers the caller once. Later answers are ignored. */
function replyOf(ctx: IWebhookFunctions): (answer: Answer) => void {
	type Response = { status(code: number): { json(body: unknown): void } };
	const response = ctx.getResponseObject() as unknown as Response;
	let isAnswered = false;
	return (answer) => {
		if (!isAnswered) response.status(STATUSES[answer]).json({ status: answer });
		isAnswered = true;
	};
}

/**
 * The shortest time between two log entries about refused callbacks of one node, in milliseconds: anybody can send
 * them.
 */
const REFUSAL_LOG_MS = 600_000;
const refusalLoggedAt = new Map<string, number>();

/** Helps a user who has entered a wrong secret. The log contains nothing of the request. */
function warnOfRefusal(ctx: IWebhookFunctions): void {
	const now = performance.now();
	if (now - (refusalLoggedAt.get(nodeOf(ctx)) ?? -Infinity) < REFUSAL_LOG_MS) return;
	refusalLoggedAt.set(nodeOf(ctx), now);
	ctx.logger.warn(
		`Seedance: a callback to the node "${ctx.getNode().name}" (workflow ${ctx.getWorkflow().id}) was refused with 401, because its signature or its address is wrong. If it came from the provider, compare "Webhook Secret" in the credential with the secret in your account there. Further ones are not logged for 10 minutes.`,
	);
}
