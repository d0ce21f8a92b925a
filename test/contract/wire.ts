import type types from 'nock';
import { nock } from './nock.ts';

export interface WireRequest {
	method: string;
	/** Path and query. */
	path: string;
	/** Names in lower case. */
	headers: Record<string, string>;
	/** Parsed where it is JSON, the parts in their order where it is a form, the text otherwise. */
	body: unknown;
}

export interface WireReply {
	status?: number;
	headers?: Record<string, string>;
	/** A text goes out as it is, all else as JSON. */
	body?: unknown;
}

/** A host on the wire: it gives the replies one after the other, the last one again and again, and keeps what came in. */
export class Host {
	readonly requests: WireRequest[] = [];

	constructor(origin: string, ...replies: WireReply[]) {
		const { requests } = this;
		const answer = async (request: Request) => {
			const url = new URL(request.url);
			requests.push({
				method: request.method,
				path: url.pathname + url.search,
				headers: Object.fromEntries(request.headers.entries()),
				body: await bodyOf(request),
			});
			return replyOf(replies[Math.min(requests.length, replies.length) - 1] ?? {});
		};
		for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
			nock(origin)
				.persist()
				.intercept(() => true, method)
				.reply(answer);
		}
	}
}

function replyOf({ status = 200, headers, body = '' }: WireReply): types.ReplyFnResult {
	const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
	return [status, text, { 'content-type': 'application/json', ...headers }];
}

async function bodyOf(request: Request): Promise<unknown> {
	const type = request.headers.get('content-type') ?? '';
	if (type.startsWith('multipart/form-data')) return await partsOf(await request.formData());
	const text = await request.text();
	return type === 'application/json' ? parsed(text) : text;
}

async function partsOf(form: FormData): Promise<unknown[]> {
	const parts: unknown[] = [];
	for (const [name, value] of form.entries()) {
		if (typeof value === 'string') parts.push({ name, value });
		else {
			const { name: fileName, type } = value;
			const bytes = Buffer.from(await value.arrayBuffer()).toString('base64');
			parts.push({ name, fileName, type, bytes });
		}
	}
	return parts;
}

function parsed(text: string): unknown {
	return text === '' ? text : (JSON.parse(text) as unknown);
}
