import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure, inputFault } from '../core/fault';
import { chosenProvider } from '../runtime/items/chosenProvider';
import { openSession } from '../runtime/api/session';
import { sleepUntilEnded } from '../runtime/callbacks/sleep';
import { hintAtMissingCallback } from '../runtime/items/hints';
import { readJobOf, readJobOptions, refusedBefore } from '../runtime/items/jobs';
import { readLimitWait } from '../runtime/items/options';
import { emitSame } from '../runtime/items/output';
import { isTool } from '../runtime/items/toolCall';

const NO_TOOL = inputFault(
	'An AI agent cannot wait for a callback',
	'Give the agent Check Status as a tool instead.',
);

/**
 * Wait for Webhook: continues at once if all jobs are settled. Otherwise it suspends the execution until a callback has
 * settled the last one (see `answerCallback`) or until the deadline.
 */
export async function waitForWebhook(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	if (isTool(ctx)) return emitSame(ctx, failure(NO_TOOL));
	const provider = chosenProvider(ctx);
	const opened = await openSession(ctx, provider);
	if (!opened.ok) return emitSame(ctx, opened);
	const session = opened.value;
	const limitMs = readLimitWait(ctx);
	if (!limitMs.ok) return emitSame(ctx, limitMs);
	const known = ctx
		.getInputData()
		.map((_, index) => refusedBefore(ctx, index) ?? readJobOf(ctx, session, index));
	return await sleepUntilEnded(ctx, session, known, {
		...readJobOptions(ctx),
		limitMs: limitMs.value,
		onSleep: () => hintAtMissingCallback(ctx),
	});
}
