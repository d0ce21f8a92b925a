import { Bits } from './bits';
import type { AudioTrack } from './clip';

// What the configurations of the decoders say about a track.

const CHROMA_FORMATS = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'];

/** @param chromaFormat chroma_format_idc */
export const pixelFormatOf = (bitDepth: number, chromaFormat: number): string =>
	`${bitDepth}-bit ${CHROMA_FORMATS[chromaFormat] ?? 'of an unknown format'}`;

/** Profiles of H.264 whose sequence parameter sets describe the pixel format (ISO/IEC 14496-10, 7.3.2.1.1). */
const DESCRIBING_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * The pixel format of H.264, as in {@link pixelFormatOf}.
 *
 * @param parameterSet a sequence parameter set, with the byte of its type
 */
export function h264PixelFormat(parameterSet: Uint8Array): string {
	const [, profile = 0] = parameterSet;
	if (!DESCRIBING_PROFILES.has(profile)) return pixelFormatOf(8, 1);
	// After the type, the profile, its constraints and the level.
	const bits = new Bits(parameterSet.subarray(4));
	bits.readUnsigned();
	const chromaFormat = bits.readUnsigned();
	if (chromaFormat === 3) bits.read(1);
	return pixelFormatOf(8 + bits.readUnsigned(), chromaFormat);
}

const AAC_RATES = [
	96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
	7_350,
];
const ESCAPED_RATE = 15;
const ESCAPED_TYPE = 31;
/** Object types that add a second, higher rate to the one of the packets: SBR, and SBR with parametric stereo. */
const SBR_TYPES = [5, 29];
/** Channels of each channel configuration; 0 is one that is described elsewhere. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];

/**
 * Reads the configuration of an AAC decoder (ISO/IEC 14496-3, 1.6.2.1: AudioSpecificConfig). For HE-AAC the rate is that of
 * the packets, half of what is heard.
 *
 * @returns undefined if it describes no sound that can be joined
 */
export function readAacConfig(
	config: Uint8Array,
): Pick<AudioTrack, 'objectType' | 'rate' | 'channels' | 'packetLength'> | undefined {
	const bits = new Bits(config);
	const readType = () => {
		const type = bits.read(5);
		return type === ESCAPED_TYPE ? 32 + bits.read(6) : type;
	};
	const readRate = () => {
		const index = bits.read(4);
		return index === ESCAPED_RATE ? bits.read(24) : (AAC_RATES[index] ?? 0);
	};
	const objectType = readType();
	const rate = readRate();
	const channels = CHANNELS[bits.read(4)] ?? 0;
	if (SBR_TYPES.includes(objectType)) {
		readRate();
		readType();
	}
	const isShort = bits.read(1) === 1;
	if (objectType === 0 || rate === 0 || channels === 0) return undefined;
	return { objectType, rate, channels, packetLength: isShort ? 960 : 1024 };
}
