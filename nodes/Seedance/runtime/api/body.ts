import { onAbort } from '../limits/abort';
import type { Timing } from '../limits/clock';

/** A body that is still coming in: a Readable of Node, as far as we touch it. */
export interface Body extends AsyncIterable<Uint8Array> {
	destroy?(error?: Error): unknown;
	/** By which it takes in its bytes; null at the end. */
	push?: (chunk: Uint8Array | null, encoding?: BufferEncoding) => boolean;
}

export interface BodyLimits {
	maxBytes: number;
	/** Silence on the line after which it is given up, in milliseconds. */
	idleMs: number;
}

/** The code of the error of a body that was broken off because it got too long. */
export const TOO_LONG = 'EFBIG';

/**
 * Lets `work` take in a body, and breaks it off when nothing comes any more, when it gets too long, or when the signal is
 * aborted: then it rejects at once, with one of Node's codes.
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
		// A race, because a body that n8n's client has wrapped does not end before the next bytes come.
		return await Promise.race([work(), broken]);
	} finally {
		done.abort();
		release?.();
	}
}

/**
 * Bytes are counted where they are taken in: n8n's client hides the connection, unfolds what came compressed, and a
 * listener would set it flowing. Where they are too many, no more are taken in.
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
 * A body as text, or its beginning where it is longer than `maxBytes`: an answer, an error page, the first bytes of a
 * file. Rejects when the connection breaks.
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
