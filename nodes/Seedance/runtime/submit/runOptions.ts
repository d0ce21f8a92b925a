import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import type { Shot } from '../../core/films';
import type { Model } from '../../core/model';
import { oneOf, trueOrFalse } from '../../core/parameters';
import { callbackAddress } from '../callbacks/address';
import { runIdentityOf, type RunIdentity } from './idempotency';
import { readOutputOptions, type OutputOptions } from '../items/output';
import { readMoneyLimits, type MoneyLimits } from './budget';
import { isWaitForWebhook } from '../items/otherNodes';
import { readLimitWait, readOption, wholeFrom } from '../items/options';
import { readShots } from './shots';
import type { Session } from '../api/session';
import { isTool, type ToolCall } from '../items/toolCall';

export type AfterSubmit = 'return' | 'wait' | 'sleep' | 'resume' | 'callback';

/** Options that are the same for all items of a run. */
export interface RunOptions extends RunIdentity {
	makes: Model['makes'];
	estimateOnly: boolean;
	submitAs: 'jobs' | 'batch';
	/** Which item continues which, by item index. An item without an entry is alone. */
	shots: readonly Shot[];
	requestMode: 'async' | 'sync';
	money: MoneyLimits;
	afterSubmit: AfterSubmit;
	maxConcurrentJobs: number;
	/** The address of the execution itself, for `sleep` and `resume`. */
	resumeAddress?: string;
	/** How long the execution sleeps at most, in milliseconds, for `sleep`. */
	limitWaitMs: number;
	/** Output with each job: why the node did not do what was chosen in After Submit. */
	note?: string;
	output: OutputOptions;
}

/** How the items are submitted. */
type Ways = Pick<RunOptions, 'estimateOnly' | 'submitAs' | 'requestMode'>;

export function readRunOptions(
	ctx: IExecuteFunctions,
	session: Session,
	makes: Model['makes'],
	toolCall: ToolCall | undefined,
): Outcome<RunOptions> {
	const chosen = ctx.getNodeParameter('afterSubmit', 0) as AfterSubmit;
	const cannotSleep = chosen === 'sleep' && isTool(ctx);
	const afterSubmit = cannotSleep ? 'return' : chosen;
	const limitWaitMs = afterSubmit === 'sleep' ? readLimitWait(ctx) : success(0);
	if (!limitWaitMs.ok) return limitWaitMs;
	const options = ctx.getNodeParameter('options', 0, {});
	const limit = readOption(options, 'maxConcurrentJobs', 'Max Concurrent Jobs', wholeFrom(1));
	if (!limit.ok) return limit;
	const money = readMoneyLimits(options);
	if (!money.ok) return money;
	const ways = readWays(options, afterSubmit);
	if (!ways.ok) return ways;
	const shots = readShots(ctx, { ...ways.value, afterSubmit });
	if (!shots.ok) return shots;
	const plan: RunOptions = {
		...runIdentityOf(ctx, toolCall),
		...ways.value,
		shots: shots.value,
		makes,
		money: money.value,
		afterSubmit,
		limitWaitMs: limitWaitMs.value,
		note: cannotSleep ? NO_SLEEP : undefined,
		// The credential contains the limit of the account. The option can only lower it.
		maxConcurrentJobs: Math.min(limit.value ?? Infinity, session.settings.maxConcurrentJobs),
		output: readOutputOptions(options),
	};
	return plan.estimateOnly ? success(plan) : withAddress(ctx, plan, session);
}

/**
 * For the choices of After Submit that need a callback: checks that one can come, and adds the execution's own address
 * if it is the receiver.
 */
function withAddress(
	ctx: IExecuteFunctions,
	plan: RunOptions,
	{ settings, provider }: Pick<Session, 'settings' | 'provider'>,
): Outcome<RunOptions> {
	const { afterSubmit } = plan;
	const isCalled = afterSubmit === 'resume' || afterSubmit === 'sleep';
	if (!isCalled && afterSubmit !== 'callback') return success(plan);
	const problem = provider.callback
		? afterSubmit === 'resume' && problemOfResume(ctx)
		: neverCalled(provider);
	if (problem) return failure(problem);
	if (!isCalled) return success(plan);
	const address = callbackAddress(ctx, settings);
	return address.ok ? success({ ...plan, resumeAddress: address.value }) : address;
}

function readWays(options: IDataObject, afterSubmit: AfterSubmit): Outcome<Ways> {
	const estimateOnly = readOption(options, 'estimateOnly', 'Estimate Only', trueOrFalse(false));
	if (!estimateOnly.ok) return estimateOnly;
	const ways = oneOf({ values: ['jobs', 'batch'], default: 'jobs' });
	const submitAs = readOption(options, 'submitAs', 'Submit As', ways);
	if (!submitAs.ok) return submitAs;
	const modes = oneOf({ values: ['async', 'sync'], default: 'async' });
	const requestMode = readOption(options, 'requestMode', 'Request Mode', modes);
	if (!requestMode.ok) return requestMode;
	const isSync = requestMode.value === 'sync' && afterSubmit === 'wait';
	return success({
		estimateOnly: estimateOnly.value === true,
		requestMode: isSync ? 'sync' : 'async',
		submitAs: submitAs.value === 'batch' ? 'batch' : 'jobs',
	});
}

const NO_SLEEP =
	'An AI agent cannot sleep, so the job was returned at once. Get its result with Check Status.';

/** The form does not offer it there, but keeps what was chosen for another provider. Reported before any money is spent. */
const neverCalled = ({ name }: Session['provider']) =>
	inputFault(
		`${name} cannot call back when a job has ended`,
		'Choose "Wait Until It Is Ready" or "Return the Job at Once" in "After Submit". Nothing was submitted.',
	);

/** Without a waiting node, nothing would receive the callback. Reported before any money is spent. */
function problemOfResume(ctx: IExecuteFunctions) {
	const { name } = ctx.getNode();
	if (isTool(ctx)) {
		return inputFault(
			'An AI agent cannot wait for a callback',
			'Choose "Return the Job at Once" in "After Submit" and give the agent Check Status as a second tool.',
		);
	}
	const following = ctx.getChildNodes(name, { includeNodeParameters: true });
	const waits = following.some((node) => isWaitForWebhook(node) && !node.disabled);
	if (waits) return undefined;
	return inputFault(
		'No Wait for Webhook follows this node',
		'Add one after this node, or choose another option in "After Submit". Nothing was submitted.',
	);
}
