/** A body that arrives in one piece, as n8n's request helper returns it if a stream is requested. */
export async function* arriving(text: string): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(Buffer.from(text));
}
