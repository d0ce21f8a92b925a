import type { IWebhookFunctions } from 'n8n-workflow';

/** `failed`: n8n reports that it could not start the workflow. */
export type StartOutcome = 'taken' | 'failed';

/** The methods of Express's response that n8n calls after a webhook method has returned. */
interface Answerable {
	setHeader: (...header: unknown[]) => unknown;
	status: (code: number) => unknown;
	json: (body?: unknown) => unknown;
	send: (body?: unknown) => unknown;
}

/**
 * The outcome of the start after a trigger's webhook method has returned its items. n8n does not report it to the node.
 * But n8n 2.x, if it is to answer the request, does so when it has stored the new execution, with 500 if that failed,
 * and stores the static data only then. The caller has had our answer long before, so n8n's answer is intercepted and
 * read here.
 *
 * n8n 1.x answers before it starts the workflow, so the outcome is always `taken` there.
 *
 * Call it after the caller was answered, in a method that then returns its items without `noWebhookResponse`.
 */
export function startOutcome(ctx: IWebhookFunctions): Promise<StartOutcome> {
	const response = ctx.getResponseObject() as unknown as Answerable;
	return new Promise((resolve) => {
		let httpStatus = 200;
		const ignore = () => response;
		const end = () => {
			resolve(httpStatus < 400 ? 'taken' : 'failed');
			return response;
		};
		response.setHeader = ignore;
		response.status = (code) => {
			httpStatus = code;
			return response;
		};
		response.json = end;
		response.send = end;
	});
}
