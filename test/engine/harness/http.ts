import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';

/** An answer other than 2xx that n8n itself gives to a webhook call. */
export class HttpError extends Error {
	override name = 'HttpError';
	readonly status: number;

	constructor(status: number, message: string, options?: ErrorOptions) {
		super(message, options);
		this.status = status;
	}
}

export interface RawRequest {
	method: string;
	/** Path and query, as on the request line. */
	url: string;
	headers: Record<string, string | string[] | undefined>;
	rawBody: Buffer;
}

/** The express request as n8n hands it to a node: body parsed, raw body kept. */
export class WebhookRequest {
	readonly method: string;
	readonly url: string;
	readonly originalUrl: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly params: Record<string, string> = {};
	readonly query: Record<string, string | string[]> = {};
	readonly rawBody: Buffer;
	readonly contentType: string | undefined;
	readonly encoding: BufferEncoding = 'utf8';
	readonly ip = '127.0.0.1';
	body: unknown;

	constructor(request: RawRequest) {
		this.method = request.method;
		this.url = this.originalUrl = request.url;
		this.headers = Object.fromEntries(
			Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
		);
		this.rawBody = request.rawBody;
		this.contentType = this.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
		const url = new URL(request.url, 'http://localhost');
		this.path = url.pathname;
		for (const name of new Set(url.searchParams.keys())) {
			const values = url.searchParams.getAll(name);
			this.query[name] = values.length > 1 ? values : (values[0] ?? '');
		}
	}

	get(name: string): string | string[] | undefined {
		return this.headers[name.toLowerCase()];
	}

	header(name: string): string | string[] | undefined {
		return this.get(name);
	}

	/** Without a body, or with a content type that n8n does not parse, `body` stays undefined. */
	parseBody(): void {
		if (this.rawBody.length === 0) return;
		const text = this.rawBody.toString(this.encoding).replace(/^\uFEFF/, '');
		if (this.contentType === 'application/json') {
			try {
				this.body = JSON.parse(text);
			} catch (error) {
				throw new HttpError(422, 'Failed to parse request body', { cause: error });
			}
		} else if (this.contentType === 'application/x-www-form-urlencoded') {
			this.body = Object.fromEntries(new URLSearchParams(text));
		} else if (this.contentType === 'text/plain') {
			this.body = text;
		}
	}
}

/** The part of an express response that nodes use; it keeps what it is given. */
export class RecordedResponse extends EventEmitter {
	statusCode = 200;
	headersSent = false;
	writableEnded = false;
	readonly headers: Record<string, string> = {};
	readonly sent: Promise<void>;
	readonly #chunks: Buffer[] = [];
	readonly #markSent: () => void;

	constructor() {
		super();
		let markSent = (): void => undefined;
		this.sent = new Promise((resolve) => (markSent = resolve));
		this.#markSent = markSent;
	}

	status(code: number): this {
		this.statusCode = code;
		return this;
	}

	sendStatus(code: number): this {
		return this.status(code).send(String(code));
	}

	setHeader(name: string, value: string | number): this {
		if (this.headersSent) throw new Error('Cannot set headers after they are sent to the client');
		this.headers[name.toLowerCase()] = String(value);
		return this;
	}

	set(name: string, value: string | number): this {
		return this.setHeader(name, value);
	}

	header(name: string, value: string | number): this {
		return this.setHeader(name, value);
	}

	type(value: string): this {
		return this.setHeader('content-type', value);
	}

	getHeader(name: string): string | undefined {
		return this.headers[name.toLowerCase()];
	}

	writeHead(code: number, headers: Record<string, string> = {}): this {
		this.status(code);
		for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
		return this;
	}

	write(chunk: string | Buffer): boolean {
		this.headersSent = true;
		this.#chunks.push(Buffer.from(chunk));
		return true;
	}

	json(body: unknown): this {
		if (this.getHeader('content-type') === undefined) this.type('application/json; charset=utf-8');
		return this.end(JSON.stringify(body));
	}

	send(body?: unknown): this {
		if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body))
			return this.end(body);
		return this.json(body);
	}

	end(body?: string | Buffer): this {
		if (this.writableEnded) return this;
		if (body !== undefined) this.write(body);
		this.headersSent = this.writableEnded = true;
		this.#markSent();
		this.emit('finish');
		this.emit('close');
		return this;
	}

	get rawBody(): Buffer {
		return Buffer.concat(this.#chunks);
	}

	/** Parsed where it is JSON, the text otherwise; undefined when empty. */
	get body(): unknown {
		const text = this.rawBody.toString();
		if (text === '') return undefined;
		try {
			return JSON.parse(text) as unknown;
		} catch {
			return text;
		}
	}
}
