// The frame of the stand-ins for other people's APIs: what an example workflow talks to beside the provider. Each one is
// strict as the API's document is, keeps what reached it, and needs no network.
import type { AddressInfo } from 'node:net';
import multipart from '@fastify/multipart';
import Fastify from 'fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodType, ZodTypeDef } from 'zod';

/** One part of a multipart form; a file has a file name. */
export interface FormPart {
	name: string;
	fileName?: string;
	contentType: string;
	bytes: Buffer;
}

/** A request as it came, credentials included. */
export interface Received {
	method: string;
	/** Without the query. */
	path: string;
	params: Record<string, string>;
	query: Record<string, string>;
	headers: Record<string, string>;
	/** JSON as it means, a form as its parts in the order they came (FormPart[]), anything else as its bytes. */
	body: unknown;
	/** What it was answered with. */
	status: number;
}

export interface Reply {
	/** 200 when nothing is said. */
	status?: number;
	/** Sent as JSON; nothing is sent where it is left out. */
	body?: unknown;
	headers?: Record<string, string>;
	/** Sent instead of a body: each as JSON in a server-sent event, and `[DONE]` in the last, as OpenAI ends its streams. */
	events?: unknown[];
}

/** Thrown by a handler: an answer in the API's own words for errors. */
export class Refusal extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

export interface Route {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** A path as fastify has it: `/things/:id`. */
	url: string;
	/** Left out for an address that is its own permission, as a signed one. */
	needsKey?: boolean;
	handle: (request: Received) => Reply | Promise<Reply>;
}

export interface StandInOptions {
	routes: Route[];
	/** Whether the request carries the key of this API. */
	hasKey: (request: Received) => boolean;
	/** The body of an error, as the API words it. */
	errorBody: (refusal: Refusal) => unknown;
}

export interface StandIn {
	/** Without a slash at the end. */
	readonly url: string;
	/** Everything that reached it, refused or not. */
	readonly requests: readonly Received[];
	close(): Promise<void>;
}

const MOST_BYTES = 50 * 1024 * 1024;

export async function openStandIn(options: StandInOptions): Promise<StandIn> {
	const { routes, hasKey, errorBody } = options;
	const requests: Received[] = [];
	const app = Fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
	await app.register(multipart, { limits: { fileSize: MOST_BYTES } });

	const serve = async (request: FastifyRequest, reply: FastifyReply, handle: Route['handle']) => {
		const received = await readRequest(request);
		requests.push(received);
		let answer: Reply;
		try {
			answer = await handle(received);
		} catch (thrown) {
			// A fault of the stand-in itself is a 500 with its message, so that no test mistakes it for a refusal.
			const refusal =
				thrown instanceof Refusal ? thrown : new Refusal(500, `Stand-in: ${String(thrown)}`);
			answer = { status: refusal.status, body: errorBody(refusal) };
		}
		received.status = answer.status ?? 200;
		reply.status(received.status).headers(answer.headers ?? {});
		if (answer.events) return reply.type('text/event-stream').send(streamOf(answer.events));
		if (answer.body === undefined) return reply.send();
		return reply.type('application/json').send(JSON.stringify(answer.body));
	};
	for (const { method, url, needsKey = true, handle } of routes) {
		app.route({
			method,
			url,
			handler: (request, reply) =>
				serve(request, reply, (received) => {
					if (needsKey && !hasKey(received)) throw new Refusal(401, 'Invalid access token');
					return handle(received);
				}),
		});
	}
	app.setNotFoundHandler((request, reply) =>
		serve(request, reply, ({ method, path }) => {
			throw new Refusal(404, `There is no ${method} ${path}`);
		}),
	);
	await app.listen({ host: '127.0.0.1', port: 0 });
	return {
		url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
		requests,
		close: () => app.close(),
	};
}

const streamOf = (events: unknown[]): string =>
	[...events.map((event) => JSON.stringify(event)), '[DONE]']
		.map((data) => `data: ${data}\n\n`)
		.join('');

/** What a body, or a part of it, means by this schema; a 400 that says what is wrong otherwise. */
export function checked<T>(schema: ZodType<T, ZodTypeDef, unknown>, value: unknown): T {
	const { success, data, error } = schema.safeParse(value);
	if (success) return data;
	const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
	throw new Refusal(400, problems.join('; '));
}

/** The parts of a form; a 400 for anything else. */
export function formOf({ body }: Received): FormPart[] {
	if (!Array.isArray(body)) throw new Refusal(400, 'The body must be multipart/form-data');
	return body as FormPart[];
}

/** Whether the request carries this key, as `Authorization: Bearer …`. */
export const hasBearer =
	(key: string) =>
	({ headers }: Received): boolean =>
		headers['authorization'] === `Bearer ${key}`;

async function readRequest(request: FastifyRequest): Promise<Received> {
	return {
		method: request.method,
		path: request.url.split('?')[0] ?? '',
		params: request.params as Record<string, string>,
		query: request.query as Record<string, string>,
		headers: request.headers as Record<string, string>,
		body: request.isMultipart() ? await readForm(request) : readBody(request),
		status: 0,
	};
}

function readBody({ body, headers }: FastifyRequest): unknown {
	const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
	if (!headers['content-type']?.startsWith('application/json')) return bytes;
	try {
		return JSON.parse(bytes.toString('utf8')) as unknown;
	} catch {
		return bytes;
	}
}

async function readForm(request: FastifyRequest): Promise<FormPart[]> {
	const parts: FormPart[] = [];
	for await (const part of request.parts()) {
		parts.push(
			part.type === 'file'
				? {
						name: part.fieldname,
						fileName: part.filename,
						contentType: part.mimetype,
						bytes: await part.toBuffer(),
					}
				: {
						name: part.fieldname,
						contentType: part.mimetype,
						bytes: Buffer.from(String(part.value)),
					},
		);
	}
	return parts;
}
