import type types from 'nock';
import { nock } from './nock.ts';

export interface WireRequest {
	method: string;
	/** Path and query. */
	path: string;
	/** Names in lower case. */
	headers: Record<string, string>;
	/** Parsed where it is JSON, the text otherwise. */
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
			const text = await request.text();
			requests.push({
				method: request.method,
				path: url.pathname + url.search,
				headers: Object.fromEntries(request.headers.entries()),
				body: request.headers.get('content-type') === 'application/json' ? parsed(text) : text,
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

function parsed(text: string): unknown {
	return text === '' ? text : (JSON.parse(text) as unknown);
}
