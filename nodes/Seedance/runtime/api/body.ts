import type { HttpAnswer } from '../../core/httpFault';
import { onAbort } from '../limits/abort';
import type { Timing } from '../limits/clock';

/** A body that is still being received: the part of Node's Readable that we use. */
export interface Body extends AsyncIterable<Uint8Array> {
	destroy?(error?: Error): unknown;
	/** Receives the next bytes; null at the end. */
	push?: (chunk: Uint8Array | null, encoding?: BufferEncoding) => boolean;
}

/** An answer whose body is still being received. */
export type OpenAnswer = HttpAnswer<Body>;

export interface BodyLimits {
	maxBytes: number;
	/** How long without any data until the transfer is given up, in milliseconds. */
	idleMs: number;
}

/** The error code of a body that was too long. */
export const TOO_LONG = 'EFBIG';

/**
 * Runs `work`, which reads a body. The transfer is ended if no data arrives, if the body is too long, or if the signal
 * is aborted. Then it rejects at once, with one of Node's error codes.
 */
export async function guarded<T>(
	body: Body,
	limits: BodyLimits,
	{ clock, signal }: Pick<Timing, 'clock'> & Partial<Timing>,
	work: () => Promise<T>,
): Promise<T> {
	const done = new AbortController();
	let breakOff!: (code: string) => void;
	const broken = new Promise<never>((_, reject) => {
		breakOff = (code) => {
			const error = Object.assign(new Error('Broken off'), { code });
			body.destroy?.(error);
			reject(error);
		};
	});
	const release = signal && onAbort(signal, () => breakOff('ECONNRESET'));
	void watch(body, limits, { clock, signal: done.signal }, breakOff);
	try {
		// A race, because a body that n8n's client has wrapped does not end before the next bytes arrive.
		return await Promise.race([work(), broken]);
	} finally {
		done.abort();
		release?.();
	}
}

/**
 * Counts the bytes as they arrive: n8n's client hides the connection and decompresses the body, and a listener would
 * start the flow. If there are too many, the rest is not accepted.
 */
async function watch(
	body: Body,
	{ maxBytes, idleMs }: BodyLimits,
	{ clock, signal }: Timing,
	breakOff: (code: string) => void,
): Promise<void> {
	let bytes = 0;
	let lastAt = clock.now();
	const { push } = body;
	body.push &&= (chunk, encoding) => {
		lastAt = clock.now();
		bytes += chunk?.length ?? 0;
		if (bytes > maxBytes) breakOff(TOO_LONG);
		return bytes <= maxBytes && push!.call(body, chunk, encoding);
	};
	for (let leftMs = idleMs; leftMs > 0; leftMs = lastAt + idleMs - clock.now()) {
		if (!(await clock.sleep(leftMs, signal))) return;
	}
	breakOff('ETIMEDOUT');
}

/**
 * Reads a body as text, or its beginning if it is longer than `maxBytes`: a reply, an error page, the first bytes of a
 * file. Rejects if the connection breaks.
 */
export async function readText(
	body: AsyncIterable<Uint8Array>,
	maxBytes: number,
	encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<string> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > maxBytes) break;
	}
	return Buffer.concat(chunks).toString(encoding);
}
