import type { Clock } from '../limits/clock';

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

/** How often a body that comes in is looked at, in milliseconds. */
const LOOK_MS = 500;

/**
 * Lets `work` take in a body, and breaks it off when nothing comes any more, when it gets too long, or when the run is to
 * stop: then it rejects at once, with one of Node's codes.
 */
export async function guarded<T>(
	body: Body,
	{ maxBytes, idleMs }: BodyLimits,
	clock: Clock,
	work: () => Promise<T>,
): Promise<T> {
	let isDone = false;
	const received = countBytes(body, maxBytes);
	const watch = async () => {
		let last = { bytes: 0, at: clock.now() };
		while (!isDone) {
			const goesOn = await clock.sleep(LOOK_MS);
			const bytes = received();
			if (bytes > last.bytes) last = { bytes, at: clock.now() };
			const isSilent = clock.now() - last.at >= idleMs;
			if (goesOn && !isSilent && bytes <= maxBytes) continue;
			return bytes > maxBytes ? TOO_LONG : isSilent ? 'ETIMEDOUT' : 'ECONNRESET';
		}
		return '';
	};
	const breakOff = async (): Promise<T> => {
		const error = brokenOff(await watch());
		if (!isDone) body.destroy?.(error);
		throw error;
	};
	try {
		// A race, because a body that n8n's client has wrapped does not end before the next bytes come.
		return await Promise.race([work(), breakOff()]);
	} finally {
		isDone = true;
	}
}

const brokenOff = (code: string) => Object.assign(new Error('Broken off'), { code });

/**
 * How many bytes have come; where they are too many, no more are taken in. Counted where they are taken in: n8n's client
 * hides the connection, unfolds what came compressed, and a listener would set it flowing.
 */
function countBytes(body: Body, maxBytes: number): () => number {
	let bytes = 0;
	const { push } = body;
	if (push) {
		body.push = (chunk, encoding) => {
			bytes += chunk?.length ?? 0;
			if (bytes > maxBytes) {
				// Until the next look, what unpacks could become hundreds of megabytes.
				body.destroy?.(brokenOff(TOO_LONG));
				return false;
			}
			return push.call(body, chunk, encoding);
		};
	}
	return () => bytes;
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
