import type { FastifyInstance, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import type { Answer } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { MOST_SLOT_BYTES } from '../decisions.ts';
import { carriesKey } from './record.ts';
import { send, statusOf, withFault } from './send.ts';

/** The media host: a separate server, as in reality. It requires no key and must never receive one. */
export function createMedia(core: Core): FastifyInstance {
	const app = Fastify({ bodyLimit: MOST_SLOT_BYTES, forceCloseConnections: true });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
	app.setNotFoundHandler(async (request, reply) => {
		const { method, url: path } = request;
		const [, jobId = null, ending = ''] =
			/^\/cdn\/outputs\/([\w-]+)\.(\w+)(?:\?|$)/.exec(path) ?? [];
		const fault = core.faults.draw({ host: 'media', method, path, body: '' });
		if (fault) core.events.add('fault', { detail: { fault: fault.id, method, path } });
		const carriedKey = carriesKey(core.accounts, request);
		const outgoing = await withFault(fault, core.timers, () =>
			Promise.resolve(slotAnswer(core, request) ?? fileFor(core, request, jobId, ending)),
		);
		const status = statusOf(outgoing);
		core.ledger.mediaRequest({ at: Date.now(), method, path, jobId, status, carriedKey });
		core.events.add('download', { jobId, detail: { status } });
		await send(reply, outgoing);
	});
	return app;
}

const text = (status: number, body: string): Answer => ({
	status,
	body,
	headers: { 'content-type': 'text/plain; charset=utf-8' },
});

/** The answer to an upload; undefined if there is no such address. Each works once. */
function slotAnswer(core: Core, request: FastifyRequest): Answer | undefined {
	const take = request.method === 'PUT' ? core.slots.get(request.url) : undefined;
	if (!take) return undefined;
	core.slots.delete(request.url);
	return take({
		bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
		type: request.headers['content-type'] ?? '',
		carriedKey: carriesKey(core.accounts, request),
	});
}

function fileFor(
	core: Core,
	{ method, url }: FastifyRequest,
	jobId: string | null,
	ending: string,
): Answer {
	if (method !== 'GET' && method !== 'HEAD') return text(405, 'Method not allowed');
	const upload = core.uploads.get(/^\/uploads\/([\w.-]+)$/.exec(url)?.[1] ?? '');
	if (upload) return { status: 200, body: upload.bytes, headers: { 'content-type': upload.type } };
	const job = jobId === null ? undefined : core.board.find(jobId);
	if (job?.request.signedLinks)
		return core.links.get(url)?.(method) ?? text(403, 'The signature does not match');
	if (url.includes('?') || !['mp4', 'png'].includes(ending)) return text(404, 'Not found');
	if (job?.state !== 'completed' || job.settledAt === null || job.erased)
		return text(404, 'Not found');
	if (ending === 'mp4' && job.request.makes === 'image') return text(404, 'Not found');
	const diesAt = job.settledAt + core.clock.wallMs(job.urlLifeSeconds);
	if (job.urlExpired || core.clock.now() >= diesAt) return text(410, 'This video has expired');
	const video = ending === 'mp4';
	return {
		status: 200,
		body: video ? core.clip.bytesFor(job.id) : core.picture.bytesFor(job.id),
		headers: { 'content-type': video ? 'video/mp4' : 'image/png' },
	};
}
