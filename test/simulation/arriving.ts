/** A body that comes in, all at once: what n8n's request helper gives where a stream is asked for. */
export async function* arriving(text: string): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(Buffer.from(text));
}
