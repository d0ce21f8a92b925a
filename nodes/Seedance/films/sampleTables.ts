import { fullBox, table, uint32, uint32List, uint64List } from './boxes';
import type { FilmTrack } from './filmTrack';

/** A sample whose bytes have their place in the film's file. */
export interface StoredSample {
	dts: number;
	cts: number;
	size: number;
	isSync: boolean;
	description: number;
	/** In bytes from the beginning of the film's file. */
	position: number;
}

/** Consecutive samples of one track that are next to each other in the file and have the same description. */
interface Chunk {
	position: number;
	count: number;
	description: number;
}

/**
 * The boxes that say when each sample is decoded and shown, how long it is and where it is.
 *
 * @param isLarge whether positions can be above 4 GiB
 */
export function sampleTables(
	samples: readonly StoredSample[],
	{ mediaEnd }: Pick<FilmTrack, 'mediaEnd'>,
	isLarge: boolean,
): Uint8Array[] {
	const chunks = chunksOf(samples);
	return [
		fullBox('stts', 0, 0, table(runsOf(durationsOf(samples, mediaEnd)))),
		...compositionOffsets(samples),
		...syncSamples(samples),
		fullBox('stsc', 0, 0, table(samplesPerChunk(chunks))),
		fullBox('stsz', 0, 0, uint32(0, samples.length), uint32List(samples.map(({ size }) => size))),
		chunkOffsets(chunks, isLarge),
	];
}

/** How long each sample is: until the next one is decoded. The last one is as long as the end of the track needs. */
export const durationsOf = (
	samples: ReadonlyArray<Pick<StoredSample, 'dts'>>,
	mediaEnd: number,
): number[] =>
	samples.map(({ dts }, nth) => Math.max((samples[nth + 1]?.dts ?? mediaEnd) - dts, 0));

/** Pairs of a count and a value. */
export function runsOf(values: readonly number[]): number[][] {
	const runs: Array<[count: number, value: number]> = [];
	for (const value of values) {
		const last = runs.at(-1);
		if (last?.[1] === value) last[0] += 1;
		else runs.push([1, value]);
	}
	return runs;
}

function compositionOffsets(samples: readonly StoredSample[]): Uint8Array[] {
	const offsets = samples.map(({ dts, cts }) => cts - dts);
	return offsets.some((offset) => offset !== 0)
		? [fullBox('ctts', 0, 0, table(runsOf(offsets)))]
		: [];
}

/** Left out if decoding can begin at every sample. */
function syncSamples(samples: readonly StoredSample[]): Uint8Array[] {
	if (samples.every(({ isSync }) => isSync)) return [];
	const numbers = samples.flatMap(({ isSync }, nth) => (isSync ? [[nth + 1]] : []));
	return [fullBox('stss', 0, 0, table(numbers))];
}

function chunksOf(samples: readonly StoredSample[]): Chunk[] {
	const chunks: Chunk[] = [];
	let end = NaN;
	for (const { position, size, description } of samples) {
		const last = chunks.at(-1);
		if (last && position === end && last.description === description) last.count += 1;
		else chunks.push({ position, count: 1, description });
		end = position + size;
	}
	return chunks;
}

/** Rows of the first chunk, the samples in a chunk and the description, wherever these change. */
function samplesPerChunk(chunks: readonly Chunk[]): number[][] {
	const rows: number[][] = [];
	for (const [nth, { count, description }] of chunks.entries()) {
		const [, lastCount, lastDescription] = rows.at(-1) ?? [];
		if (count === lastCount && description + 1 === lastDescription) continue;
		rows.push([nth + 1, count, description + 1]);
	}
	return rows;
}

function chunkOffsets(chunks: readonly Chunk[], isLarge: boolean): Uint8Array {
	const positions = chunks.map(({ position }) => position);
	const list = isLarge ? uint64List(positions) : uint32List(positions);
	return fullBox(isLarge ? 'co64' : 'stco', 0, 0, uint32(chunks.length), list);
}
