import type { Time } from './time';

/** A file in pieces of any length. */
export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A coded frame of the picture, or a packet of the sound. Times are in units of the track's time scale. */
export interface Sample {
	/** Where its bytes are in the file. */
	offset: number;
	size: number;
	/** When it is decoded. */
	dts: number;
	/** When it is presented, before the edit list is applied. */
	cts: number;
	duration: number;
	/** Decoding can begin here. */
	isSync: boolean;
	/** Index of the track's description that it is decoded with. */
	description: number;
}

/** What a decoder needs to know before the first sample: an entry of the box `stsd`. */
export interface Description {
	/** The entry as it is written into the film. */
	bytes: Uint8Array;
	/** All that matters to a decoder, as text: two entries with the same key are interchangeable. */
	key: string;
	/** The parameter sets in it, as they are stored within a sample. Empty for sound. */
	parameterSets: Uint8Array;
}

/** The part of a track that is presented, from the edit list. */
export interface Edit {
	/** When it begins, from the beginning of the clip. */
	start: Time;
	/** The composition time that is presented then, in units of the track's time scale. */
	mediaTime: number;
	/** Its length; undefined if all that follows is presented. */
	duration: Time | undefined;
}

export interface Track {
	/** Units per second. */
	timescale: number;
	samples: readonly Sample[];
	descriptions: readonly Description[];
	edit: Edit;
}

export interface VideoTrack extends Track {
	/** The codec, and how its parameter sets are stored: "H.264 (avc1)". */
	codec: string;
	width: number;
	height: number;
	/** For example "8-bit 4:2:0". */
	pixelFormat: string;
	/** How many bytes the length of a unit (NALU) in a sample has. */
	naluLengthSize: number;
	/** The transformation of the picture, from the box `tkhd`. */
	matrix: readonly number[];
}

export interface AudioTrack extends Track {
	/** The AAC object type: 2 is AAC-LC, 5 and 29 are HE-AAC. */
	objectType: number;
	/** Samples per second. */
	rate: number;
	channels: number;
	/** Audio samples in one packet, at `rate`. */
	packetLength: number;
}

/** An MP4 file without its media data. */
export interface Clip {
	video: VideoTrack;
	audio: AudioTrack | undefined;
	/** In bytes. */
	fileSize: number;
}
