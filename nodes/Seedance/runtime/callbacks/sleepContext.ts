import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

// What a sleeping node stores for its webhook method. n8n stores the node's context with the execution.

const KEY = 'deadline';

/** @param deadline Unix milliseconds */
export function rememberDeadline(ctx: IExecuteFunctions, deadline: number): void {
	ctx.getContext('node')[KEY] = deadline;
}

/** When n8n resumes the execution by itself, in Unix milliseconds; Infinity if that is not known. */
export function deadlineOf(ctx: IWebhookFunctions): number {
	try {
		// A webhook's context has no method that returns the node's context.
		const node = JSON.stringify(ctx.getNode().name);
		const deadline: unknown = ctx.evaluateExpression(`{{ $node[${node}].context.${KEY} }}`, 0);
		return typeof deadline === 'number' ? deadline : Infinity;
	} catch {
		return Infinity;
	}
}
