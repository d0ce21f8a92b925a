import type { IWebhookFunctions } from 'n8n-workflow';

/** `failed`: n8n says that it could not start the workflow. */
export type StartOutcome = 'taken' | 'failed';

/** What n8n touches of Express's response after a webhook method has returned. */
interface Answerable {
	setHeader: (...header: unknown[]) => unknown;
	status: (code: number) => unknown;
	json: (body?: unknown) => unknown;
	send: (body?: unknown) => unknown;
}

/**
 * What becomes of the items that a trigger's webhook method returns. Nothing tells a node directly. But n8n 2.x, where the
 * answer is left to it, answers when it has stored the new execution, with 500 where it could not, and stores the static
 * data only then. The caller has had our answer long before, so what n8n writes is kept from him and read here.
 *
 * n8n 1.x answers before it starts the workflow, so there this is always `taken`.
 *
 * To be called after the caller was answered, by a method that then returns its items without `noWebhookResponse`.
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
