import type { Sandbox } from './index.ts';

/** A minimal HTTP client for the sandbox's own tests. It shares no code with the nodes. */
export interface Reply {
	status: number;
	headers: Record<string, string>;
	text: string;
	/** The body as JSON; empty if it is not JSON. */
	json: Record<string, unknown>;
}

export interface Client {
	call(
		method: string,
		path: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<Reply>;
	/** Sends a form. */
	send(path: string, body: FormData, headers?: Record<string, string>): Promise<Reply>;
	/** A text-to-video submission that is valid unless `fields` make it invalid. */
	submit(fields?: Record<string, unknown>, headers?: Record<string, string>): Promise<Reply>;
	/** Like `submit`, but returns the ID and throws if the submission was not accepted. */
	submitted(fields?: Record<string, unknown>): Promise<string>;
	status(taskId: string): Promise<Reply>;
}

export const TEXT_TO_VIDEO = '/v1/generate/text-to-video';
export const IMAGE_TO_VIDEO = '/v1/generate/image-to-video';

/** A form of texts and files; each file is named as its field. */
export function formOf(texts: Record<string, string>, files: Record<string, Buffer>): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(texts)) form.append(name, value);
	for (const [name, bytes] of Object.entries(files))
		form.append(name, new Blob([Uint8Array.from(bytes)]), name);
	return form;
}

async function exchange(url: string, init: RequestInit): Promise<Reply> {
	const answer = await fetch(url, { redirect: 'manual', ...init });
	const text = await answer.text();
	let json: Record<string, unknown> = {};
	try {
		json = JSON.parse(text) as Record<string, unknown>;
	} catch {
		// Not every answer is JSON: faults can send any text.
	}
	return { status: answer.status, headers: Object.fromEntries(answer.headers), text, json };
}

export function clientOf(sandbox: Sandbox, key: string = sandbox.apiKey): Client {
	const call: Client['call'] = (method, path, body, headers = {}) =>
		exchange(path.startsWith('http') ? path : sandbox.url + path, {
			method,
			headers: {
				authorization: `Bearer ${key}`,
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
		});
	const submit: Client['submit'] = (fields = {}, headers = {}) =>
		call('POST', TEXT_TO_VIDEO, { model: 'seedance-2.0', prompt: 'A lamp', ...fields }, headers);
	return {
		call,
		send: (path, body, headers = {}) =>
			exchange(sandbox.url + path, {
				method: 'POST',
				headers: { authorization: `Bearer ${key}`, ...headers },
				body,
			}),
		submit,
		submitted: async (fields) => {
			const { status, json, text } = await submit(fields);
			if (status !== 200) throw new Error(`Submission answered ${status}: ${text}`);
			return json.task_id as string;
		},
		status: (taskId) => call('GET', `/v1/tasks/${taskId}`),
	};
}
