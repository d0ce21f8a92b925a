import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isSettled, type Job } from '../core/job';
import { providerById } from '../providers';
import { quietClock } from './clock';
import { emit, emitSame, type ItemResult } from './items';
import { finish, readJobOf, readJobOptions, type JobOptions } from './jobItems';
import { readMinutes } from './options';
import { ownBell, ringWhenAsleep } from './ownBell';
import { openSession, type Session } from './session';
import { orKnown, readJob, timedOut } from './waitForJob';
import { eachInWindow } from './window';

/** So many questions under way at once; the request budget sets the pace. */
const READ_WIDTH = 10;

/**
 * Wait for Webhook: ask once for every job. Where all are settled, go on at once. Otherwise suspend the execution until a
 * callback has settled the last one (see `answerCallback`) or the deadline has come.
 *
 * n8n does not call the node again at the deadline: it passes on the items as they are stored now. So each unfinished
 * one is stored as `timed_out`.
 */
export async function waitForWebhook(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider);
	if (!opened.ok) return emitSame(ctx, opened);
	const limitMs = readMinutes(
		ctx.getNodeParameter('limitWaitMinutes', 0, 60),
		'Limit Wait (Minutes)',
	);
	if (!limitMs.ok) return emitSame(ctx, limitMs);
	const options = readJobOptions(ctx);
	const results: ItemResult[] = [];
	await eachInWindow(items, READ_WIDTH, async (_, index) => {
		results[index] = await firstLook(ctx, opened.value, index, options);
		return 'fault' in results[index] && !ctx.continueOnFail() ? 'stop' : 'continue';
	});
	const output = emit(ctx, results, options.output);
	if (!results.some(isAwaited)) return output;
	// The stored input is what comes out at the deadline; the items are n8n's copies for this node alone.
	items.forEach((item, index) => Object.assign(item, { binary: undefined }, output[index]));
	await ctx.putExecutionToWait(new Date(Date.now() + limitMs.value));
	const awaited = results.flatMap((result) => (isAwaited(result) ? [result.job] : []));
	const call = ownBell(ctx, opened.value);
	// The run ends here; its own clock would be stopped with it.
	void ringWhenAsleep(call, quietClock(), Math.max(...awaited.map(msUntilDone)));
	return items;
}

const isAwaited = (result: ItemResult): result is ItemResult & { job: Job } =>
	'job' in result && !isSettled(result.job);

/** Half as long again as the provider thought; 0 where it has not said. */
function msUntilDone({ createdAt, estimatedSeconds }: Job): number {
	const expectedMs = 1_500 * (estimatedSeconds ?? 0);
	const ageMs = createdAt === null ? 0 : Date.now() - Date.parse(createdAt);
	return expectedMs - (Number.isFinite(ageMs) ? Math.max(0, ageMs) : 0);
}

/** What the job is now: finished to the last step, or marked as one that we wait for. */
async function firstLook(
	ctx: IExecuteFunctions,
	session: Session,
	itemIndex: number,
	options: JobOptions,
): Promise<ItemResult> {
	const known = readJobOf(ctx, session, itemIndex);
	if (!known.ok) return known;
	const asked = orKnown(await readJob(session, known.value), known.value);
	if (!asked.ok) return { fault: asked.fault, jobId: known.value.jobId };
	if (!isSettled(asked.value)) return { job: timedOut(asked.value) };
	return await finish(ctx, session, asked.value, options);
}
