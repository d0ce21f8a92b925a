import type { Clock } from './clock';

/** A body that is still coming in, as far as we touch it. */
export interface Body extends AsyncIterable<Uint8Array> {
	destroy?(error?: Error): unknown;
	/** Of a plain answer. */
	socket?: { bytesRead: number } | null;
	/** Of one that was compressed on its way: what has come in. */
	bytesWritten?: number;
}

export interface BodyLimits {
	maxBytes: number;
	/** Silence on the line after which it is given up, in milliseconds. */
	idleMs: number;
}

/** How often a body that comes in is looked at, in milliseconds. */
const LOOK_MS = 500;

/**
 * Lets `work` take in a body, and breaks it off when nothing comes any more, when it gets too long, or when the run is to
 * stop: then `work` fails.
 */
export async function guarded<T>(
	body: Body,
	{ maxBytes, idleMs }: BodyLimits,
	clock: Clock,
	work: () => Promise<T>,
): Promise<T> {
	let isDone = false;
	const cameIn = () => body.socket?.bytesRead ?? body.bytesWritten ?? 0;
	const start = cameIn();
	const watch = async () => {
		let last = { bytes: 0, at: clock.now() };
		while (!isDone) {
			const goesOn = await clock.sleep(LOOK_MS);
			const bytes = cameIn() - start;
			if (bytes > last.bytes) last = { bytes, at: clock.now() };
			const isSilent = clock.now() - last.at >= idleMs;
			if (goesOn && !isSilent && bytes <= maxBytes) continue;
			if (!isDone) body.destroy?.(brokenOff(isSilent ? 'ETIMEDOUT' : 'ECONNRESET'));
			return;
		}
	};
	void watch();
	try {
		return await work();
	} finally {
		isDone = true;
	}
}

const brokenOff = (code: string) => Object.assign(new Error('Broken off'), { code });

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
