import { failure, success, type Outcome } from '../core/fault';
import type { AudioTrack } from './clip';
import type { FilmTrack } from './filmTrack';
import { checkFit, type NamedClip } from './fit';
import { mediaDataHeader, sharesOf, storeSamples, type Share } from './mediaData';
import { movieHeader, type Movie } from './movie';
import { leadOf, pictureOf, type Picture } from './picture';
import { placePictures, startsOf } from './placePictures';
import { placeSounds } from './placeSounds';
import { silentPacket } from './silence';
import { toSeconds, toUnits, ZERO, type Time } from './time';

/** A film whose media data is still in the files of its clips. */
export interface Film {
	/** The file up to the media data. */
	header: Uint8Array;
	/** What follows of each clip. */
	shares: readonly Share[];
	silentPacket: Uint8Array;
	/** In bytes. */
	fileSize: number;
	durationSeconds: number;
	width: number;
	height: number;
	hasAudio: boolean;
}

/**
 * Joins clips, one after the other, without encoding anything. A clip is as long as its picture: it begins with its first
 * frame, and sound that is longer is cut off.
 *
 * @param clips at least one
 */
export function planFilm(clips: readonly NamedClip[]): Outcome<Film> {
	const fit = checkFit(clips);
	if (!fit.ok) return fit;
	const pictures: Picture[] = [];
	for (const { clip, name } of clips) {
		const picture = pictureOf(clip.video);
		if (!picture.ok) return clipFault(name, picture);
		pictures.push(picture.value);
	}
	const starts = startsOf(pictures);
	const sounding = clips.find(({ clip }) => clip.audio)?.clip.audio;
	const silence = sounding ? silentPacket(sounding) : undefined;
	const audio = placeSound(clips, pictures, starts, silence);
	if (!audio.ok) return audio;
	return success(layOut(pictures, starts, audio.value, silence ?? new Uint8Array()));
}

/** A fault of one clip as a whole sentence. */
export function clipFault(
	name: string,
	{ fault }: { fault: { message: string } & Parameters<typeof failure>[0] },
): ReturnType<typeof failure> {
	return failure({ ...fault, message: `The clip of ${name} ${fault.message}` });
}

function placeSound(
	clips: readonly NamedClip[],
	pictures: readonly Picture[],
	starts: readonly Time[],
	silence: Uint8Array | undefined,
): Outcome<FilmTrack | undefined> {
	const soundOf = (track: AudioTrack | undefined, picture: Picture | undefined) =>
		track && picture && { track, lead: leadOf(picture, track) };
	const sounds = clips.map(({ clip }, nth) => soundOf(clip.audio, pictures[nth]));
	if (sounds.every((sound) => !sound)) return success(undefined);
	return placeSounds(sounds, starts, silence?.length);
}

function layOut(
	pictures: readonly Picture[],
	starts: readonly Time[],
	audio: FilmTrack | undefined,
	silence: Uint8Array,
): Film {
	const { width = 0, height = 0, matrix = [] } = pictures[0]?.track ?? {};
	const video = { ...placePictures(pictures, starts), width, height, matrix };
	const tracks = audio ? [video, audio] : [video];
	const { shares, size } = sharesOf(tracks, pictures.length, silence.length);
	const length = starts.at(-1) ?? ZERO;
	const movie: Movie = { video, audio, duration: toUnits(length, video.timescale) };
	const dataHeader = mediaDataHeader(size);
	const isLarge = size > LARGE_FILE;
	const headerAt = (dataStart: number) => {
		const store = (track: FilmTrack | undefined) =>
			storeSamples(track?.samples ?? [], shares, silence.length, dataStart);
		const stored = { video: store(video), audio: store(audio) };
		return Buffer.concat([movieHeader(movie, stored, isLarge), dataHeader]);
	};
	// The tables are in front of the data they point to. Their length does not depend on where that is.
	const header = headerAt(headerAt(0).length);
	return {
		header,
		shares,
		silentPacket: silence,
		fileSize: header.length + size,
		durationSeconds: toSeconds(length),
		width,
		height,
		hasAudio: audio !== undefined,
	};
}

/** Media data from which on positions are stored with 64 bits: 4 GiB less what the tables can have. */
const LARGE_FILE = 2 ** 32 - 256 * 1024 ** 2;
