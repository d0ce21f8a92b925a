import { box, fullBox, uint32, uint32List, uint64List, UINT32_MAX } from './boxes';
import type { FilmTrack } from './filmTrack';
import { sampleTables, type StoredSample } from './sampleTables';

/** What a film consists of. */
export interface Movie {
	video: FilmTrack & { width: number; height: number; matrix: readonly number[] };
	/** `volume` is not stored: all films play at full volume. */
	audio: FilmTrack | undefined;
	/** In units of the picture's time scale, which is that of the movie as well. */
	duration: number;
}

/** The samples of both tracks at their places in the file. */
export interface StoredSamples {
	video: readonly StoredSample[];
	audio: readonly StoredSample[];
}

const VIDEO_TRACK_ID = 1;
const AUDIO_TRACK_ID = 2;
const NEXT_TRACK_ID = 3;
const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
/** ISO 639-2 "und", three letters of five bits. */
const UNDETERMINED = 0x55c4;
/** Normal speed and full volume as fixed-point numbers. */
const ONE_16_16 = 0x10000;
const ONE_8_8 = 0x0100;
/** The track is enabled, and part of the presentation. */
const TRACK_FLAGS = 3;

/** The beginning of the file: what it is, and all tables, so that a browser can play it before all of it has arrived. */
export function movieHeader(movie: Movie, samples: StoredSamples, isLarge: boolean): Uint8Array {
	const { video, audio, duration } = movie;
	const { width, height, matrix } = video;
	const tracks = [
		track(video, samples.video, isLarge, {
			movie,
			id: VIDEO_TRACK_ID,
			look: { matrix, width, height, volume: 0 },
			handler: handler('vide', 'VideoHandler'),
			header: fullBox('vmhd', 0, 1, uint32(0, 0)),
		}),
		audio &&
			track(audio, samples.audio, isLarge, {
				movie,
				id: AUDIO_TRACK_ID,
				look: { matrix: UNITY_MATRIX, width: 0, height: 0, volume: ONE_8_8 },
				handler: handler('soun', 'SoundHandler'),
				header: fullBox('smhd', 0, 0, uint32(0)),
			}),
	].filter((each) => each !== undefined);
	return Buffer.concat([
		box('ftyp', text('isom'), uint32(0x200), text('isomiso2avc1mp41')),
		box('moov', movieBox(duration, video.timescale), ...tracks),
	]);
}

const text = (letters: string): Uint8Array => Buffer.from(letters, 'latin1');

/** Version 1 of a box has 64 bits for each duration, version 0 has 32. */
const versionFor = (...values: readonly number[]): 0 | 1 =>
	values.some((value) => value > UINT32_MAX) ? 1 : 0;
const sized = (version: 0 | 1, ...values: readonly number[]): Uint8Array =>
	version === 1 ? uint64List(values) : uint32List(values);

/** No time of creation: the same clips always become the same file. */
function movieBox(duration: number, timescale: number): Uint8Array {
	const version = versionFor(duration);
	return fullBox(
		'mvhd',
		version,
		0,
		sized(version, 0, 0),
		uint32(timescale),
		sized(version, duration),
		uint32(ONE_16_16, ONE_8_8 * 0x10000, 0, 0, ...UNITY_MATRIX),
		uint32(0, 0, 0, 0, 0, 0, NEXT_TRACK_ID),
	);
}

interface TrackParts {
	movie: Movie;
	id: number;
	look: { matrix: readonly number[]; width: number; height: number; volume: number };
	handler: Uint8Array;
	header: Uint8Array;
}

function track(
	film: FilmTrack,
	samples: readonly StoredSample[],
	isLarge: boolean,
	{ movie, id, look, handler: handlerBox, header }: TrackParts,
): Uint8Array {
	const { descriptions } = film;
	const stsd = fullBox('stsd', 0, 0, uint32(descriptions.length), ...descriptions);
	const tables = box('stbl', stsd, ...sampleTables(samples, film, isLarge));
	const url = fullBox('url ', 0, 1);
	const dataReference = box('dinf', fullBox('dref', 0, 0, uint32(1), url));
	return box(
		'trak',
		trackBox(id, movie.duration, look),
		box('edts', editList(film.mediaTime, movie.duration)),
		box('mdia', mediaBox(film), handlerBox, box('minf', header, dataReference, tables)),
	);
}

function trackBox(id: number, duration: number, look: TrackParts['look']): Uint8Array {
	const version = versionFor(duration);
	const { matrix, width, height, volume } = look;
	return fullBox(
		'tkhd',
		version,
		TRACK_FLAGS,
		sized(version, 0, 0),
		uint32(id, 0),
		sized(version, duration),
		uint32(0, 0, 0, volume * 0x10000),
		uint32(...matrix.map((value) => value >>> 0)),
		uint32(width * 0x10000, height * 0x10000),
	);
}

/** One edit: all of the track from `mediaTime` on. Players that know only the simplest edit lists know this one. */
function editList(mediaTime: number, duration: number): Uint8Array {
	const version = versionFor(mediaTime, duration);
	const edit = sized(version, duration, mediaTime);
	return fullBox('elst', version, 0, uint32(1), edit, uint32(ONE_16_16));
}

function mediaBox({ timescale, mediaEnd }: FilmTrack): Uint8Array {
	const version = versionFor(mediaEnd);
	return fullBox(
		'mdhd',
		version,
		0,
		sized(version, 0, 0),
		uint32(timescale),
		sized(version, mediaEnd),
		uint32(UNDETERMINED * 0x10000),
	);
}

const handler = (type: string, name: string): Uint8Array =>
	fullBox('hdlr', 0, 0, uint32(0), text(type), uint32(0, 0, 0), text(`${name}\0`));
