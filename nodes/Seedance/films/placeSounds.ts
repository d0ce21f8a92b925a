import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { AudioTrack, Sample } from './clip';
import { mergeDescriptions, type FilmSample, type FilmTrack } from './filmTrack';
import { compare, time, toUnits, ZERO, type Time } from './time';

/** The sound of a clip. */
export interface Sound {
	track: AudioTrack;
	/** When its composition time 0 is played, from the moment the clip's first frame is shown. */
	lead: Time;
}

/** How long a gap in the sound may be where it cannot be filled with silence, in seconds. */
const TOLERABLE_GAP = 0.25;

/**
 * The sound of all clips. A decoder plays packets without a pause, so the film's packets are on one grid: each clip's are
 * put where they are closest to its picture, at most half a packet away (11 ms at 48 kHz), and that does not accumulate.
 * The packets that only fill the encoder at the beginning of a clip (priming), and those after the end of its picture, are
 * left out. Gaps are filled with silence.
 *
 * @param starts when each clip's picture begins, and at the end when the film ends
 * @param silence a silent packet's size in bytes; undefined if there is none
 */
export function placeSounds(
	sounds: ReadonlyArray<Sound | undefined>,
	starts: readonly Time[],
	silence: number | undefined,
): Outcome<FilmTrack> {
	const known = sounds.filter((sound) => sound !== undefined);
	const [model] = known;
	if (!model) throw new Error('No clip has sound');
	const { rate, packetLength } = model.track;
	const { descriptions, indexOf } = mergeDescriptions(known.map(({ track }) => track));
	const grid = gridOf(sounds[0], rate, packetLength);
	const slots = slotsOf(starts, grid);
	const samples: FilmSample[] = [];
	for (const [clip, sound] of sounds.entries()) {
		const packets = sound ? placeInSlots(sound, toUnits(starts[clip] ?? ZERO, rate), grid) : [];
		const bySlot = new Map(packets.map(({ slot, packet }) => [slot, packet]));
		for (let slot = slots[clip] ?? 0; slot < (slots[clip + 1] ?? 0); slot += 1) {
			const at = { dts: slot * packetLength, cts: slot * packetLength, isSync: true, clip };
			const packet = bySlot.get(slot);
			if (packet && sound) {
				const { size, offset } = packet;
				const description = indexOf(known.indexOf(sound), packet.description);
				samples.push({ ...at, size, offset, description });
			} else if (silence !== undefined) {
				const description = samples.at(-1)?.description ?? 0;
				samples.push({ ...at, size: silence, offset: undefined, description });
			}
		}
	}
	const end = (slots.at(-1) ?? 0) * packetLength;
	if (hasLongGap(samples, end, TOLERABLE_GAP * rate)) return failure(NO_SILENCE);
	// The first sample of a track is decoded at 0.
	const shift = samples[0]?.dts ?? 0;
	return success({
		timescale: rate,
		samples: samples.map((each) => ({ ...each, dts: each.dts - shift, cts: each.cts - shift })),
		mediaTime: Math.max(-grid.origin - shift, 0),
		mediaEnd: end - shift,
		descriptions,
	});
}

const NO_SILENCE = inputFault(
	'Silence can only be added to sound in the format AAC-LC with one or two channels',
	'Choose clips that all have sound, from the first to the last frame.',
);

/** The times at which packets begin: `origin + slot × step`, in audio samples from the beginning of the film. */
interface Grid {
	rate: number;
	origin: number;
	step: number;
}

/**
 * The first clip's own packets are on the grid exactly. It begins one packet before the one that is heard first, because a
 * packet can only be decoded completely after the one before it.
 */
function gridOf(first: Sound | undefined, rate: number, step: number): Grid {
	const lead = first ? toUnits(first.lead, rate) : 0;
	const beforeStart = ((-lead % step) + step) % step;
	return { rate, origin: -beforeStart - step, step };
}

/** The first slot of each clip, and the end of the last one: the grid's points next to the pictures' beginnings. */
function slotsOf(starts: readonly Time[], { rate, origin, step }: Grid): number[] {
	return starts.map((start, nth) => {
		const slot = (toUnits(start, rate) - origin) / step;
		if (nth === 0) return 0;
		return nth === starts.length - 1 ? Math.ceil(slot) : Math.round(slot);
	});
}

/** @param start when the clip begins, in audio samples from the beginning of the film */
function placeInSlots({ track, lead }: Sound, start: number, { rate, origin, step }: Grid) {
	const { samples, timescale, edit } = track;
	const offset = start + toUnits(lead, rate) - origin;
	const placed: Array<{ slot: number; packet: Sample }> = [];
	for (const packet of samples) {
		const isHeard =
			!edit.duration || compare(time(packet.cts - edit.mediaTime, timescale), edit.duration) < 0;
		if (!isHeard) continue;
		const at = offset + toUnits(time(packet.cts, timescale), rate);
		const last = placed.at(-1);
		const next = last ? last.slot + 1 : Math.round(at / step);
		// A pause in the clip's own sound, or packets that overlap.
		const isOff = Math.abs(at - next * step) > step;
		placed.push({ slot: isOff ? Math.max(Math.round(at / step), next) : next, packet });
	}
	return placed;
}

function hasLongGap(samples: readonly FilmSample[], end: number, limit: number): boolean {
	const times = [0, ...samples.map(({ dts }) => dts), end];
	return times.some((at, nth) => nth > 0 && at - (times[nth - 1] ?? 0) > limit);
}
