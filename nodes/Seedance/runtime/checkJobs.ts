import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isSettled } from '../core/job';
import { providerById } from '../providers';
import { emit, type ItemResult } from './items';
import { finish, readJobOf, readJobOptions, type JobOptions } from './jobItems';
import { readMinutes } from './options';
import { openSession, type Session } from './session';
import { orKnown, readJob, waitForJob } from './waitForJob';
import { eachInWindow } from './window';

/** So many questions under way at once; the request budget sets the pace. */
const READ_WIDTH = 10;

/** Check Status: ask for every item's job, wait for it where that was asked for, and give the jobs back in order. */
export async function checkJobs(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	const keepsGoing = ctx.continueOnFail();
	let cause: number | undefined;
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider, () => cause !== undefined && !keepsGoing);
	const options = readJobOptions(ctx);
	const waits = ctx.getNodeParameter('waitUntilFinished', 0, false) === true;
	// Whoever waits for many jobs waits for all of them at once: they run at the provider already.
	const width = waits ? items.length : READ_WIDTH;
	const results: ItemResult[] = [];
	await eachInWindow(items, width, async (_, index) => {
		const result = opened.ok ? await checkJob(ctx, opened.value, index, waits, options) : opened;
		results[index] = result;
		if (!('fault' in result)) return 'continue';
		cause ??= index;
		return keepsGoing ? 'continue' : 'stop';
	});
	return emit(ctx, results, options.output, cause);
}

async function checkJob(
	ctx: IExecuteFunctions,
	session: Session,
	itemIndex: number,
	waits: boolean,
	options: JobOptions,
): Promise<ItemResult> {
	const known = readJobOf(ctx, session, itemIndex);
	if (!known.ok) return known;
	const { jobId } = known.value;
	const timeoutMs = readMinutes(
		ctx.getNodeParameter('timeoutMinutes', itemIndex, 20),
		'Timeout (Minutes)',
	);
	if (!timeoutMs.ok) return timeoutMs;
	const deadline = session.clock.now() + timeoutMs.value;
	const asked = await readJob(session, known.value);
	// A passing fault does not end a wait that has only begun.
	const current = waits ? orKnown(asked, known.value) : asked;
	if (!current.ok) return { ...current, jobId };
	if (!waits || isSettled(current.value)) return await finish(ctx, session, current.value, options);
	const waited = await waitForJob(session, current.value, deadline);
	return waited.ok ? await finish(ctx, session, waited.value, options) : { ...waited, jobId };
}
