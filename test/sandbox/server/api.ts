import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import multipart from '@fastify/multipart';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { MOST_BODY_BYTES } from '../decisions.ts';
import type { Dialect, Route } from '../dialects/dialect.ts';
import type { RequestRecord } from '../types.ts';
import { addControlRoutes, isControl } from './control.ts';
import { headersOf, openRecord } from './record.ts';
import { send, statusOf, withFault } from './send.ts';
import { readSent } from './sent.ts';
import type { Sent } from './sent.ts';

type Handler = Route['handle'];

/** The API server: all dialects on one address, each with its own paths. */
export function createApi(core: Core, dialects: Dialect[]): FastifyInstance {
	const records = new WeakMap<object, RequestRecord>();
	const note = (request: FastifyRequest) => {
		const record = openRecord(core.accounts, request, kindOf(dialects, request));
		records.set(request, record);
		core.ledger.request(record);
	};
	const refuse = async (problem: Problem, request: FastifyRequest, reply: FastifyReply) => {
		const answer = dialectForRequest(dialects, request.url).answerTo(problem);
		const record = records.get(request);
		if (record) record.status = answer.status;
		await send(reply, answer);
	};
	const serve =
		(dialect: Dialect, handle: Handler) => (request: FastifyRequest, reply: FastifyReply) =>
			serveOne(core, dialect, handle, request, reply, records.get(request));

	const app = Fastify({
		bodyLimit: MOST_BODY_BYTES,
		forceCloseConnections: true,
		// An address that cannot even be decoded skips all hooks; fastify's types differ here, the objects do not.
		frameworkErrors: (error, request, reply) => {
			note(request as FastifyRequest);
			const problem = new Problem('not_found', messageOf(error));
			void refuse(problem, request as FastifyRequest, reply as unknown as FastifyReply);
		},
	});
	// Bodies stay raw: a body that is not JSON must reach the dialect, which answers in its own format.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
	// Only forms are parsed here, after this and before any dialect sees them.
	void app.register(multipart, { throwFileSizeLimit: false });
	// Recorded on arrival, before anything can go wrong with the body and before the client can disconnect.
	app.addHook('onRequest', (request, _reply, done) => {
		if (!isControl(request.url)) note(request);
		done();
	});
	for (const dialect of dialects)
		for (const { method, path, handle, mostBytes: bodyLimit } of dialect.routes)
			app.route({
				method,
				url: path,
				bodyLimit,
				exposeHeadRoute: false,
				handler: serve(dialect, handle),
			});
	addControlRoutes(app, core);
	app.setNotFoundHandler((request, reply) =>
		serve(dialectForRequest(dialects, request.url), nowhere(dialects, request))(request, reply),
	);
	app.setErrorHandler((error, request, reply) =>
		refuse(new Problem('invalid_request', messageOf(error)), request, reply),
	);
	return app;
}

const messageOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

/** The dialect of a path: the one with the longest matching prefix, or the first dialect for an unknown address. */
function dialectForRequest(dialects: Dialect[], url: string): Dialect {
	const path = url.split('?')[0] ?? '';
	const fit = ({ prefixes }: Dialect): number =>
		Math.max(0, ...prefixes.filter((each) => `${path}/`.startsWith(`${each}/`)).map(lengthOf));
	const found = dialects.reduce<Dialect | undefined>(
		(best, each) => (best && fit(best) >= fit(each) ? best : each),
		undefined,
	);
	if (!found) throw new Error('The sandbox has no dialect');
	return found;
}

const lengthOf = (text: string): number => text.length;

function kindOf(dialects: Dialect[], request: FastifyRequest): RequestRecord['kind'] {
	const path = request.routeOptions?.url;
	const routes = dialects.flatMap((dialect) => dialect.routes);
	const route = routes.find((each) => each.path === path && each.method === request.method);
	return route?.kind ?? 'unknown';
}

const nowhere =
	(dialects: Dialect[], request: FastifyRequest): Handler =>
	() => {
		const { method, url } = request;
		const answer = dialectForRequest(dialects, url).nowhere?.(method, url);
		if (answer) return answer;
		throw new Problem('not_found', `There is no ${method} ${url}.`);
	};

async function serveOne(
	core: Core,
	dialect: Dialect,
	handle: Handler,
	request: FastifyRequest,
	reply: FastifyReply,
	record: RequestRecord | undefined,
): Promise<void> {
	const sent = await readSent(request);
	const { method, url: path } = request;
	const kind = record?.kind;
	const fault = core.faults.draw({ host: 'api', kind, method, path, body: sent.text });
	if (record) {
		record.body = sent.record;
		record.bodyBytes = sent.bytes;
		record.fault = fault?.id ?? null;
	}
	if (fault) core.events.add('fault', { detail: { fault: fault.id, method, path } });
	const refusal = admit(core, dialect, request, kind);
	const real = async (): Promise<Answer> => {
		if (refusal instanceof Problem) return dialect.answerTo(refusal);
		return answer(core, dialect, handle, request, sent);
	};
	const outgoing = await withFault(fault, core.timers, real);
	// Recorded before it is sent, so that a client that has the answer can read the ledger at once.
	if (record) record.status = statusOf(outgoing);
	await send(reply, outgoing);
}

/** Checks the key and the rate limit. Also runs for requests that a fault answers, because they have arrived. */
function admit(
	core: Core,
	dialect: Dialect,
	request: FastifyRequest,
	kind: RequestRecord['kind'] = 'unknown',
): Problem | undefined {
	const account = core.accounts.byKey(dialect.keyOf(headersOf(request)), dialect.provider);
	if (!account) return new Problem('unauthorized', 'Missing or invalid API key.');
	const limit = dialect.limitOf?.(account, kind);
	const window = dialect.limitOf ? limit && account.windowOf(limit) : account.window;
	const seconds = window?.retryAfterSeconds(core.clock.now());
	if (!seconds) return undefined;
	core.ledger.refused(account);
	const headers = { 'retry-after': String(seconds) };
	const details = limit ? { limit: limit.name } : {};
	return new Problem(
		'rate_limited',
		`Rate limit exceeded, retry in ${seconds} s.`,
		details,
		headers,
	);
}

async function answer(
	core: Core,
	dialect: Dialect,
	handle: Handler,
	request: FastifyRequest,
	{ raw, form }: Sent,
): Promise<Answer> {
	const headers = headersOf(request);
	const account = core.accounts.byKey(dialect.keyOf(headers), dialect.provider);
	if (!account) return dialect.answerTo(new Problem('unauthorized', 'Invalid API key.'));
	try {
		const params = request.params as Record<string, string>;
		const query = request.query as Record<string, string>;
		return await handle({ account, headers, params, query, raw, form });
	} catch (thrown) {
		if (thrown instanceof Problem) return dialect.answerTo(thrown);
		// An error of the sandbox itself. It is reported, so that no test mistakes it for a scripted fault.
		core.events.add('sandbox-error', { detail: { message: messageOf(thrown) } });
		return dialect.answerTo(new Problem('internal', `Sandbox error: ${messageOf(thrown)}`));
	}
}
