/** A box of an MP4 file (ISO/IEC 14496-12): its length, its type of four letters, its content. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
	const length = content.reduce((sum, part) => sum + part.length, 8);
	return Buffer.concat([uint32(length), Buffer.from(type, 'latin1'), ...content]);
}

/** A box with version and flags. */
export const fullBox = (
	type: string,
	version: number,
	flags: number,
	...content: readonly Uint8Array[]
): Uint8Array => box(type, uint32(version * 2 ** 24 + flags), ...content);

export const uint32 = (...values: readonly number[]): Uint8Array => uint32List(values);

export function uint32List(values: readonly number[]): Uint8Array {
	const bytes = Buffer.alloc(values.length * 4);
	values.forEach((value, nth) => bytes.writeUInt32BE(value, nth * 4));
	return bytes;
}

export function uint64List(values: readonly number[]): Uint8Array {
	const bytes = Buffer.alloc(values.length * 8);
	values.forEach((value, nth) => bytes.writeBigUInt64BE(BigInt(value), nth * 8));
	return bytes;
}

export const UINT32_MAX = 2 ** 32 - 1;

/** A list with its length in front, as most tables are. */
export const table = (rows: ReadonlyArray<readonly number[]>): Uint8Array =>
	uint32List([rows.length, ...rows.flat()]);
