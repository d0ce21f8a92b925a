import type { Bytes } from './clip';
import type { Film } from './film';
import type { Range } from './mediaData';

/** How many bytes of a film are passed on at once, at least. */
const BLOCK_BYTES = 256 * 1024;

/**
 * The bytes of a film, from the beginning to the end. Each clip is opened when its turn comes, and read once.
 *
 * @param open opens the file of a clip
 * @throws Error if a file has become shorter since it was read
 */
export async function* copyFilm(
	{ header, shares, silentPacket }: Pick<Film, 'header' | 'shares' | 'silentPacket'>,
	open: (clip: number) => Promise<Bytes>,
): AsyncGenerator<Uint8Array> {
	yield header;
	for (const [clip, { silentPackets, ranges }] of shares.entries()) {
		for (let nth = 0; nth < silentPackets; nth += SILENT_AT_ONCE) {
			const count = Math.min(SILENT_AT_ONCE, silentPackets - nth);
			yield Buffer.concat(new Array<Uint8Array>(count).fill(silentPacket));
		}
		if (ranges.length > 0) yield* inBlocks(cutOut(await open(clip), ranges));
	}
}

const SILENT_AT_ONCE = 10_000;

/** The ranges of a file, which are in its order and do not overlap. */
export async function* cutOut(file: Bytes, ranges: readonly Range[]): AsyncGenerator<Uint8Array> {
	let position = 0;
	let nth = 0;
	for await (const chunk of file) {
		const end = position + chunk.length;
		for (let range = ranges[nth]; range && range.start < end; range = ranges[nth]) {
			const from = Math.max(range.start, position);
			const to = Math.min(range.end, end);
			if (range.prefix && range.start >= position) yield range.prefix;
			if (to > from) yield chunk.subarray(from - position, to - position);
			if (range.end > end) break;
			nth += 1;
		}
		position = end;
		if (nth === ranges.length) return;
	}
	throw new Error('A file of a clip has become shorter');
}

/** Collects small pieces: a clip can have one for every sample. */
async function* inBlocks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let block: Uint8Array[] = [];
	let length = 0;
	for await (const piece of pieces) {
		block.push(piece);
		length += piece.length;
		if (length < BLOCK_BYTES) continue;
		yield Buffer.concat(block, length);
		block = [];
		length = 0;
	}
	if (length > 0) yield Buffer.concat(block, length);
}
