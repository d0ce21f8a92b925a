/** What the items say, held against the provider's books. */
import type { INodeExecutionData } from 'n8n-workflow';
import { standIns, type JobSummary, type Sandbox } from '../sandbox/index.ts';
import type { Part } from './parts.ts';
import type { Told } from './stages.ts';

const SETTLED: readonly unknown[] = ['completed', 'failed', 'cancelled'];

/**
 * Where an item says something else than the books, or speaks of another item's job, in words; none if all is well. To be
 * asked before anything is tidied up: the books are those of the moment in which the user has the outcome.
 */
export function contradictionsIn(sandbox: Sandbox, part: Part, told: Told): string[] {
	const jobs = new Map(sandbox.jobs().map((job) => [job.jobId, job]));
	const ownJobs = told.items.flatMap(({ json }) => jobs.get(json.jobId as string) ?? []);
	const twice = ownJobs.filter((job, index) => ownJobs.indexOf(job) !== index);
	return [
		...twice.map(({ jobId }) => `two items are of the job ${jobId}`),
		...told.items.flatMap((item) => saidOf(item, jobs, sandbox, part)),
		...(part.stage.isTrigger ? [] : told.outputs.flatMap((items) => pairingOf(items, jobs, part))),
	];
}

/** What an item says of the job that it names. */
function saidOf(
	{ json, binary }: INodeExecutionData,
	jobs: ReadonlyMap<string, JobSummary>,
	sandbox: Sandbox,
	{ stage }: Part,
): string[] {
	const { status, creditsCharged, costUsd, failure } = json;
	const jobId = json.jobId as string;
	if (json.error !== undefined || status === undefined) return [];
	const job = jobs.get(jobId);
	if (!job) return [`there is no job ${jobId}`];
	const problems: string[] = [];
	const expect = (what: string, said: unknown, isSo: unknown) => {
		if (said !== isSo)
			problems.push(`${what} of ${job.jobId}: ${String(said)}, not ${String(isSo)}`);
	};
	if (SETTLED.includes(status)) {
		// A video without an address is of no use, whatever it has cost.
		const isLost =
			status === 'failed' && NO_ADDRESS.includes((failure as { code?: string } | null)?.code);
		expect('the status', isLost ? 'completed' : status, job.state);
	} else if (wasToldTheEnd(job, sandbox) && !(stage.sleeps && status === 'timed_out')) {
		// n8n wakes a node whose time is up with the items that it had when it went to sleep.
		expect('the status', status, job.state);
	}
	const charge = job.state === 'completed' ? job.credits : 0;
	if (typeof creditsCharged === 'number') expect('the charge', creditsCharged, charge);
	if (typeof costUsd === 'number' && isInDollars(job))
		expect('the cost', costUsd.toFixed(4), charge.toFixed(4));
	const url = (json.videoUrl ?? json.imageUrl) as string | null;
	if (status === 'completed' && (url || !binary))
		expect('the address', url?.includes(job.jobId), true);
	return problems;
}

const isInDollars = ({ provider }: JobSummary) =>
	standIns.some((each) => each.provider === provider && each.currency === 'usd');

const NO_ADDRESS: readonly unknown[] = ['no_video_url', 'no_image_url'];

/** A question about the job was answered, and not by a fault, when it had settled. */
const wasToldTheEnd = ({ jobId, settledAt }: JobSummary, { ledger }: Sandbox) =>
	settledAt !== null &&
	ledger.requests.some(
		({ kind, path, fault, status, at }) =>
			kind === 'status' && path.includes(jobId) && !fault && status === 200 && at > settledAt,
	);

/** Item n of the input is what an item with the pair n speaks of, and the order is that of the input. */
function pairingOf(
	items: readonly INodeExecutionData[],
	jobs: ReadonlyMap<string, JobSummary>,
	{ wiring }: Part,
): string[] {
	const pairs = items.map(({ pairedItem }) =>
		typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : Number(pairedItem),
	);
	const isInOrder = pairs.every((pair, index) => index === 0 || pair > pairs[index - 1]!);
	const strangers = items.flatMap(({ json }, index) => {
		const prompt = wiring.items[pairs[index]!];
		const text = JSON.stringify(json);
		return [...jobs.values()]
			.filter((job) => text.includes(job.jobId) && !(prompt && job.prompt.startsWith(prompt)))
			.map(({ jobId }) => `item ${pairs[index]} speaks of the job ${jobId} of another`);
	});
	return [...(isInOrder ? [] : [`the items come as ${pairs.join(', ')}`]), ...strangers];
}
