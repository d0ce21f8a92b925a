import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { JobReading } from '../../core/job';
import { providerById } from '../../providers';
import { parseJson } from '../api/send';
import type { Session } from '../api/session';
import { nodeOf } from './address';
import { rawBodyOf, type Sender } from './sender';
import { openForCallback } from './session';

// The frame of the two nodes that are called back.

/** A callback that is signed as it must be. */
export interface Callback {
	session: Session;
	/** The JSON of its raw bytes; undefined where it is none. */
	body: unknown;
	/** What it says of jobs. */
	readings: JobReading[];
	sender: Exclude<Sender, 'forged'>;
}

/** `ok`: there is nothing to do, and nothing to complain about. */
const STATUSES = { ok: 200, nonsense: 400, forged: 401, later: 503 };
type Answer = keyof typeof STATUSES;

type Work = () => Promise<IWebhookResponseData>;

interface Door {
	/** To whom our own calls are made. */
	receiver: string;
	/** What to answer to a callback, or what is to be done when its caller has had his 200. */
	admit: (callback: Callback) => Answer | Work;
}

/**
 * A callback has come in: it is checked and answered at once, and only then worked on.
 *
 * Never throws: n8n would wipe the data of an execution that waits, and start a trigger's workflow with the error.
 */
export async function receive(
	ctx: IWebhookFunctions,
	door: () => Door,
): Promise<IWebhookResponseData> {
	const reply = replyOf(ctx);
	const work = await check(ctx, door, () => reply('ok'));
	reply(typeof work === 'string' ? work : 'ok');
	if (work === 'forged') warnOfRefusal(ctx);
	try {
		if (typeof work !== 'string') return await work();
	} catch {
		ctx.logger.warn('Seedance: a callback could not be worked on');
	}
	return { noWebhookResponse: true };
}

async function check(
	ctx: IWebhookFunctions,
	door: () => Door,
	onDelay: () => void,
): Promise<Answer | Work> {
	try {
		const { receiver, admit } = door();
		const provider = providerById(ctx.getNodeParameter('provider') as string);
		const opened = await openForCallback({ ctx, provider, receiver }, { onDelay });
		if (!opened.ok) {
			ctx.logger.warn(`Seedance: a callback was put off. ${opened.fault.message}`);
			return 'later';
		}
		const { session, sender } = opened.value;
		if (sender === 'forged') return sender;
		const body = parseJson(rawBodyOf(ctx).toString('utf8'), session.settings);
		return admit({ session, body, sender, readings: provider.callback?.jobsIn(body) ?? [] });
	} catch {
		// What went wrong may hold a request, and so a key: it is not passed on. The provider may call again.
		ctx.logger.warn(
			'Seedance: a callback was not followed up, because the credential could not be read',
		);
		return 'later';
	}
}

/** Answers the caller, now and once: what comes after the first answer is ignored. */
function replyOf(ctx: IWebhookFunctions): (answer: Answer) => void {
	const response = ctx.getResponseObject() as unknown as Response;
	let isAnswered = false;
	return (answer) => {
		if (!isAnswered) response.status(STATUSES[answer]).json({ status: answer });
		isAnswered = true;
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
function warnOfRefusal(ctx: IWebhookFunctions): void {
	const now = performance.now();
	if (now - (refusalLoggedAt.get(nodeOf(ctx)) ?? -Infinity) < REFUSAL_LOG_MS) return;
	refusalLoggedAt.set(nodeOf(ctx), now);
	ctx.logger.warn(
		`Seedance: a callback to the node "${ctx.getNode().name}" (workflow ${ctx.getWorkflow().id}) was refused with 401, because its signature or its address is not right. If it came from the provider, compare "Webhook Secret" in the credential with the secret in your account there. More of them are not logged for 10 minutes.`,
	);
}
