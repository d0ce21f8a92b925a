import type {
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { shorten } from '../core/parameters';
import {
	CALLBACK_PATH,
	executionOf,
	hasToken,
	knowsAddress,
	type ExecutionAddress,
} from '../runtime/callbacks/address';
import { askAboutClaim, isClaim, isNoEnd } from '../runtime/callbacks/believedJob';
import { CallbackCoordinator, type CallbackIo } from '../runtime/callbacks/coordinator';
import { receive, type Callback } from '../runtime/callbacks/receive';
import { awaitedId, resumeItems, waitingItems } from '../runtime/callbacks/resumeItems';
import { receiverOf, selfCall } from '../runtime/callbacks/selfCall';
import { deadlineOf } from '../runtime/callbacks/sleepContext';
import { jobFromItem, readJobOptions } from '../runtime/items/jobs';
import { readJob } from '../runtime/wait/waitForJob';

/**
 * With `onReceived` and an empty `responseData`, because otherwise n8n answers the provider with a placeholder text.
 */
export const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: CALLBACK_PATH,
		responseMode: 'onReceived',
		responseData: '',
		restartWebhook: true,
	},
];

/** How long before the deadline an execution of n8n 1.x is left to n8n's timer, in milliseconds. */
const TIMER_MS = 5_000;

const coordinator = new CallbackCoordinator();

/**
 * Handles a callback for a waiting execution. The callback is only a reason to ask: the execution resumes when the
 * provider itself reports every job as settled.
 *
 * @param readOptions how the node that sleeps has its parameters
 */
export async function answerCallback(
	ctx: IWebhookFunctions,
	readOptions = readJobOptions,
): Promise<IWebhookResponseData> {
	return await receive(ctx, () => {
		const execution = executionOf(ctx);
		return {
			receiver: receiverOf(execution),
			handle: (callback) => {
				// The address must contain n8n's token or ours. If the credential has a secret, the signature was checked
				// before.
				if (!knowsAddress(ctx, execution, callback.session.settings)) return 'forged';
				if (typeof callback.body !== 'object' || callback.body === null) return 'nonsense';
				if (isNoEnd(callback)) return 'ok';
				const { received, io } = followUp(ctx, execution, callback, readOptions);
				return async () => {
					const output = await coordinator.receive(received, io);
					return { noWebhookResponse: true, ...(output ? { workflowData: [output] } : {}) };
				};
			},
		};
	});
}

/** n8n stores nothing between two callbacks. The items that were stored before the wait tell which jobs are awaited. */
function followUp(
	ctx: IWebhookFunctions,
	execution: ExecutionAddress,
	{ session, readings }: Callback,
	readOptions: typeof readJobOptions,
) {
	const { clock, provider, settings } = session;
	const items = waitingItems(ctx);
	const awaited = new Map(items.map((item) => [awaitedId(item), item]));
	awaited.delete(undefined);
	const jobIds = [...awaited.keys()].map(String);
	const deadline = deadlineOf(ctx);
	// Includes the jobs, because a later wait of the same execution is a different one.
	const name = createHash('sha256').update(`${execution.id} ${jobIds.join(' ')}`);
	const ended = readings.filter(isClaim).map(({ jobId }) => jobId);
	const received = {
		waitId: name.digest('base64'),
		jobIds,
		ended,
		// In n8n 1.x, the timer and a callback at the same moment would both resume the execution.
		resumeBefore: deadline - (hasToken(execution) ? 0 : TIMER_MS),
	};
	const io: CallbackIo<INodeExecutionData[]> = {
		clock,
		ask: async (id, isNamed) => {
			const job = jobFromItem(awaited.get(id)?.json ?? {}, id, provider.id);
			return await askAboutClaim(clock, isNamed, () => readJob(session, job));
		},
		callSelf: selfCall(ctx, settings, execution),
		resume: async (settled) => {
			const options = { deadline, ...readOptions(ctx) };
			return await resumeItems(ctx, session, items, settled, options);
		},
		onUnconfirmed: (ids) =>
			ctx.logger.warn(
				`Seedance: callbacks say that jobs have ended (${ids.map((id) => shorten(id, 60)).join(', ')}), but the provider has not confirmed it for minutes. The execution continues to wait.`,
			),
	};
	return { received, io };
}
