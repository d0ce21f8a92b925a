import type { Description } from './clip';
import { mergeDescriptions, type FilmSample, type FilmTrack } from './filmTrack';
import type { Picture } from './picture';
import {
	compare,
	leastCommonMultiple,
	plus,
	time,
	toUnits,
	toUnitsUp,
	ZERO,
	type Time,
} from './time';

/** The highest time scale of a film. */
const MAX_TIMESCALE = 1_000_000;
/** The time scale where the clips' own have no common multiple up to that: the usual one for video. [us] */
const USUAL_TIMESCALE = 90_000;

/** When each clip begins, and at the end when the film ends. Each begins where the picture before it ends. */
export function startsOf(pictures: readonly Picture[]): Time[] {
	const starts = [ZERO];
	for (const { length } of pictures) starts.push(plus(starts.at(-1) ?? ZERO, length));
	return starts;
}

/** A time scale in which the frames of all clips are at whole units, if there is one that is not too high. */
export function commonTimescale(timescales: readonly number[]): number {
	let common = 1n;
	for (const timescale of timescales) {
		common = leastCommonMultiple(common, BigInt(timescale));
		if (common > MAX_TIMESCALE) return USUAL_TIMESCALE;
	}
	return Number(common);
}

/**
 * The frames of all clips, one clip after the other. Where the clips' encoders had different settings, the film has several
 * descriptions, and the parameter sets are repeated before every key frame: some players, Chromium among them, use the first
 * description only.
 *
 * Every time is computed from the beginning of the film, so rounding
 * does not accumulate. All clips are decoded earlier than they are presented by the longest delay that one of them needs.
 */
export function placePictures(pictures: readonly Picture[], starts: readonly Time[]): FilmTrack {
	const timescale = commonTimescale(pictures.map(({ track }) => track.timescale));
	const delay = pictures.reduce(
		(longest, picture) => (compare(picture.delay, longest) > 0 ? picture.delay : longest),
		ZERO,
	);
	const mediaTime = toUnitsUp(delay, timescale);
	const { descriptions, indexOf } = mergeDescriptions(pictures.map(({ track }) => track));
	const isMixed = descriptions.length > 1;
	const samples = pictures.flatMap(({ track, frames, firstCts }, clip): FilmSample[] => {
		const start = starts[clip] ?? ZERO;
		const firstDts = frames[0]?.dts ?? 0;
		const at = (units: number) => toUnits(plus(start, time(units, track.timescale)), timescale);
		return frames.map(({ dts, cts, size, isSync, description, offset }) => ({
			dts: at(dts - firstDts),
			cts: at(cts - firstCts) + mediaTime,
			...withParameterSets(size, isSync && isMixed ? track.descriptions[description] : undefined),
			isSync,
			description: indexOf(clip, description),
			clip,
			offset,
		}));
	});
	const mediaEnd = toUnits(starts.at(-1) ?? ZERO, timescale);
	return { timescale, samples, mediaTime, mediaEnd, descriptions };
}

function withParameterSets(
	size: number,
	description: Description | undefined,
): Pick<FilmSample, 'size' | 'prefix'> {
	if (!description) return { size };
	const prefix = description.parameterSets;
	return { size: size + prefix.length, prefix };
}
