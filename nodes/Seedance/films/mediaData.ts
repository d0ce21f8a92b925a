import { uint32, uint64List, UINT32_MAX } from './boxes';
import type { FilmTrack, FilmSample } from './filmTrack';
import type { StoredSample } from './sampleTables';

/** Bytes of a clip's file, from `start` up to but not including `end`. */
export interface Range {
	start: number;
	end: number;
	/** Bytes that are put before them. */
	prefix?: Uint8Array;
}

/** What is copied from a clip: silent packets first, then ranges of its file in their order. */
export interface Share {
	silentPackets: number;
	ranges: readonly Range[];
	/** Where they begin in the film's media data. */
	position: number;
}

/**
 * The film's media data: what is used of each clip, in the order of its file, so that a clip can be copied while it is
 * read, and picture and sound stay next to each other as they were.
 *
 * @param silence the size of a silent packet in bytes
 */
export function sharesOf(
	tracks: readonly FilmTrack[],
	clips: number,
	silence: number,
): { shares: Share[]; size: number } {
	const used = Array.from({ length: clips }, () => ({
		silentPackets: 0,
		ranges: [] as Range[],
	}));
	for (const { clip, offset, size, prefix } of tracks.flatMap(({ samples }) => samples)) {
		const share = used[clip]!;
		if (offset === undefined) share.silentPackets += 1;
		else share.ranges.push({ start: offset, end: offset + size - lengthOf(prefix), prefix });
	}
	let size = 0;
	const shares = used.map(({ silentPackets, ranges }) => {
		const share = { silentPackets, ranges: merged(ranges), position: size };
		size += silentPackets * silence + bytesIn(share.ranges);
		return share;
	});
	return { shares, size };
}

const lengthOf = (prefix: Uint8Array | undefined): number => prefix?.length ?? 0;

const bytesIn = (ranges: readonly Range[]): number =>
	ranges.reduce((sum, { start, end, prefix }) => sum + lengthOf(prefix) + end - start, 0);

/** In the order of the file, without overlaps. A range with a prefix stays one of its own. */
export function merged(ranges: readonly Range[]): Range[] {
	const result: Range[] = [];
	for (const range of [...ranges].sort((one, other) => one.start - other.start)) {
		const last = result.at(-1);
		if (last && !range.prefix && range.start <= last.end) last.end = Math.max(last.end, range.end);
		else result.push({ ...range });
	}
	return result;
}

/**
 * The samples of a track at their places in the film's file.
 *
 * @param dataStart where the media data begins in the film's file
 */
export function storeSamples(
	samples: readonly FilmSample[],
	shares: readonly Share[],
	silence: number,
	dataStart: number,
): StoredSample[] {
	const silentSoFar = shares.map(() => 0);
	const places = shares.map(({ ranges, position, silentPackets }) =>
		placesOf(ranges, dataStart + position + silentPackets * silence),
	);
	return samples.map(({ clip, offset, prefix, ...sample }) => {
		if (offset !== undefined) {
			return { ...sample, position: positionOf(places[clip]!, offset) - lengthOf(prefix) };
		}
		const nth = silentSoFar[clip]!;
		silentSoFar[clip] = nth + 1;
		return { ...sample, position: dataStart + shares[clip]!.position + nth * silence };
	});
}

type Place = Range & { position: number };

function placesOf(ranges: readonly Range[], first: number): Place[] {
	let position = first;
	return ranges.map((range) => {
		const place = { ...range, position: position + lengthOf(range.prefix) };
		position = place.position + range.end - range.start;
		return place;
	});
}

/** By halving, because a clip can have as many ranges as samples. */
function positionOf(places: readonly Place[], offset: number): number {
	let low = 0;
	let high = places.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (places[middle]!.start <= offset) low = middle;
		else high = middle - 1;
	}
	const { start, position } = places[low]!;
	return position + offset - start;
}

/** The beginning of the box with the media data. Always with a 64-bit length where the short one is not enough. */
export function mediaDataHeader(size: number): Uint8Array {
	const type = Buffer.from('mdat', 'latin1');
	if (size + 8 <= UINT32_MAX) return Buffer.concat([uint32(size + 8), type]);
	return Buffer.concat([uint32(1), type, uint64List([size + 16])]);
}
