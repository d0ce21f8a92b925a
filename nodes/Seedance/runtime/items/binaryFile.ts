import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

/** n8n's stream, as far as it is used: its class can make a stream of other bytes, which a node cannot import. */
interface StreamClass {
	from?(bytes: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): FileStream;
}
type FileStream = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** The file in a binary field of an item; undefined if there is none. */
export function fileOf(
	ctx: IExecuteFunctions,
	itemIndex: number,
	field: string,
): IBinaryData | undefined {
	try {
		return ctx.helpers.assertBinaryData(itemIndex, field);
	} catch {
		return undefined;
	}
}

/**
 * Opens a file. Where n8n keeps files outside of its memory, it is streamed.
 *
 * @throws the error of n8n's store
 */
export async function openBinaryFile(
	ctx: IExecuteFunctions,
	file: IBinaryData,
): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> {
	if (!file.id) return [Buffer.from(file.data, 'base64')];
	return (await ctx.helpers.getBinaryStream(file.id)) as AsyncIterable<Uint8Array>;
}

/**
 * Stores a file that is produced while it is written.
 *
 * @param source a file in the same store
 */
export async function storeBinaryFile(
	ctx: IExecuteFunctions,
	bytes: AsyncIterable<Uint8Array>,
	source: IBinaryData,
	{ fileName, mimeType }: { fileName: string; mimeType: string },
): Promise<IBinaryData> {
	const body = await bodyOf(ctx, bytes, source);
	return await ctx.helpers.prepareBinaryData(body, fileName, mimeType);
}

/** A stream if the source is one. In memory, the file would be held completely anyway. */
async function bodyOf(
	ctx: IExecuteFunctions,
	bytes: AsyncIterable<Uint8Array>,
	source: IBinaryData,
): Promise<Buffer | FileStream> {
	if (source.id) {
		const stream = await ctx.helpers.getBinaryStream(source.id, 1);
		const streamClass = stream.constructor as StreamClass;
		stream.destroy();
		const made = streamClass.from?.(bytes, { objectMode: false });
		if (made) return made;
	}
	const parts: Uint8Array[] = [];
	for await (const part of bytes) parts.push(part);
	return Buffer.concat(parts);
}
