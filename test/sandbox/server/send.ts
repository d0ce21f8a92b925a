import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Answer } from '../core/answer.ts';
import type { Timers } from '../core/clock.ts';
import type { DrawnFault } from '../core/faults.ts';

/** An outgoing answer, which may end in a dropped connection. */
export interface Outgoing extends Answer {
	reset?: boolean;
	/** The connection stays open after a partial body. */
	stall?: boolean;
	/** Whether the body is incomplete because of the reset. */
	partial?: boolean;
}

/** Replaces the real answer with a fault. The real handler runs before it, after it or not at all. */
export async function withFault(
	fault: DrawnFault | undefined,
	timers: Timers,
	real: () => Promise<Answer>,
): Promise<Outgoing> {
	if (!fault) return real();
	const { status, body, headers = {}, reset, stall, after = 'before', delayMs = 0 } = fault.spec;
	const breaks = reset === true || stall === true;
	const replaces = status !== undefined || body !== undefined || breaks;
	const handled = after === 'handled' ? await real() : undefined;
	if (delayMs) await timers.sleep(delayMs);
	if (!replaces) {
		const answer = handled ?? (await real());
		return { ...answer, headers: { ...answer.headers, ...headers } };
	}
	return {
		status: status ?? 200,
		body: body === undefined ? '' : body,
		headers,
		reset: breaks,
		stall: stall === true,
		partial: breaks && body !== undefined,
	};
}

const bytesOf = (body: unknown): Buffer => {
	if (Buffer.isBuffer(body)) return body;
	return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** The status for the records: 0 for a dropped connection. */
export const statusOf = ({ reset, status }: Outgoing): number => (reset ? 0 : status);

/** A partial answer declares twice its real length, so that a client must notice that it is incomplete. */
export async function send(reply: FastifyReply, outgoing: Outgoing): Promise<void> {
	const headers = {
		'content-type': 'application/json; charset=utf-8',
		...lowerCase(outgoing.headers ?? {}),
	};
	if (outgoing.body instanceof Readable) {
		await reply.code(outgoing.status).headers(headers).send(outgoing.body);
		return;
	}
	const body = bytesOf(outgoing.body);
	if (!outgoing.reset) {
		await reply.code(outgoing.status).headers(headers).send(body);
		return;
	}
	reply.hijack();
	if (!outgoing.partial) {
		if (!outgoing.stall) reply.raw.destroy();
		return;
	}
	reply.raw.writeHead(outgoing.status, { ...headers, 'content-length': body.length * 2 || 1 });
	reply.raw.write(body, () => {
		if (!outgoing.stall) reply.raw.destroy();
	});
}
