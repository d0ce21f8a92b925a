import type { IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { Model } from '../core/model';
import { callbackAddress } from './callbackAddress';
import { readOutputOptions, type OutputOptions } from './items';
import { readMoneyLimits, type MoneyLimits } from './money';
import { readOptionalCount } from './options';
import type { Session } from './session';
import { runKeyOf } from './submit';

export type AfterSubmit = 'return' | 'wait' | 'resume' | 'callback';

/** What is the same for all items of a run. */
export interface Plan {
	makes: Model['makes'];
	runKey: string;
	money: MoneyLimits;
	estimateOnly: boolean;
	submitAs: 'jobs' | 'batch';
	requestMode: 'async' | 'sync';
	afterSubmit: AfterSubmit;
	maxConcurrentJobs: number;
	/** The address of the execution itself, for `resume`. */
	resumeAddress?: string;
	output: OutputOptions;
}

const WAIT_NODE = /\.seedanceWaitForWebhook$/;

export function readPlan(
	ctx: IExecuteFunctions,
	{ settings }: Session,
	makes: Model['makes'],
): Outcome<Plan> {
	const afterSubmit = ctx.getNodeParameter('afterSubmit', 0) as AfterSubmit;
	const options = ctx.getNodeParameter('options', 0, {});
	const limit = readOptionalCount(options.maxConcurrentJobs, 'Max Concurrent Jobs');
	if (!limit.ok) return limit;
	const money = readMoneyLimits(options);
	if (!money.ok) return money;
	const plan: Plan = {
		makes,
		money: money.value,
		estimateOnly: options.estimateOnly === true,
		requestMode: options.requestMode === 'sync' && afterSubmit === 'wait' ? 'sync' : 'async',
		submitAs: options.submitAs === 'batch' ? 'batch' : 'jobs',
		runKey: runKeyOf(ctx),
		afterSubmit,
		// The credential's figure is the account's; an option can only go below it.
		maxConcurrentJobs: Math.min(limit.value ?? Infinity, settings.maxConcurrentJobs),
		output: readOutputOptions(options),
	};
	if (afterSubmit !== 'resume' || plan.estimateOnly) return success(plan);
	const problem = problemOfResume(ctx);
	if (problem) return failure(problem);
	const address = callbackAddress(ctx, settings);
	return address.ok ? success({ ...plan, resumeAddress: address.value }) : address;
}

/** Without a node that waits, the callback would find nobody: said before money is spent. */
function problemOfResume(ctx: IExecuteFunctions) {
	const { name, type } = ctx.getNode();
	if (type.endsWith('Tool')) {
		return inputFault(
			'An AI agent cannot wait for a callback',
			'Choose "Return the Job at Once" in "After Submit" and give the agent Check Status as a second tool.',
		);
	}
	const waits = ctx.getChildNodes(name).some((node) => WAIT_NODE.test(node.type) && !node.disabled);
	if (waits) return undefined;
	return inputFault(
		'No Seedance Wait for Webhook node follows this node',
		'Add one behind it, or choose another value in "After Submit". Nothing was submitted.',
	);
}
