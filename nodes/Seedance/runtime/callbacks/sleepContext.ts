import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

// What a node that sleeps leaves behind for its webhook method: n8n stores the node's context with the execution.

const KEY = 'deadline';

/** @param deadline Unix milliseconds */
export function rememberDeadline(ctx: IExecuteFunctions, deadline: number): void {
	ctx.getContext('node')[KEY] = deadline;
}

/** When n8n lets the execution go on by itself, in Unix milliseconds; Infinity where that is not known. */
export function deadlineOf(ctx: IWebhookFunctions): number {
	try {
		// No method of a webhook's gives the context.
		const node = JSON.stringify(ctx.getNode().name);
		const deadline: unknown = ctx.evaluateExpression(`{{ $node[${node}].context.${KEY} }}`, 0);
		return typeof deadline === 'number' ? deadline : Infinity;
	} catch {
		return Infinity;
	}
}
