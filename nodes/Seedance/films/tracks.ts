import { failure, inputFault, success, type Outcome } from '../core/fault';
import { box } from './boxes';
import type { AudioTrack, Description, Track, VideoTrack } from './clip';
import { h264PixelFormat, pixelFormatOf, readAacConfig } from './decoderConfig';
import type { BytesAt, Trak } from './mp4box';

type Entry = Trak['mdia']['minf']['stbl']['stsd']['entries'][number];

// The boxes of a decoder's configuration, as the parser has read them.
type Nalu = { data: Uint8Array };
interface AvcEntry {
	avcC?: { SPS: readonly Nalu[]; PPS: readonly Nalu[]; lengthSizeMinusOne: number };
}
interface HevcEntry {
	hvcC?: {
		bit_depth_luma_minus8: number;
		chroma_format_idc: number;
		lengthSizeMinusOne: number;
		nalu_arrays: ReadonlyArray<readonly Nalu[]>;
	};
}
interface AacEntry {
	esds?: { esd?: { findDescriptor(tag: number): DecoderConfig | undefined } };
}
interface DecoderConfig {
	oti: number;
	findDescriptor(tag: number): { data: Uint8Array } | undefined;
}

const CODECS: Readonly<Record<string, string>> = {
	avc1: 'H.264 (avc1)',
	avc3: 'H.264 (avc3)',
	hvc1: 'HEVC (hvc1)',
	hev1: 'HEVC (hev1)',
};

/** Completes the picture's track. The fault's message continues "The clip of item 1 …". */
export function videoTrackOf(trak: Trak, track: Track, bytesAt: BytesAt): Outcome<VideoTrack> {
	const entries = trak.mdia.minf.stbl.stsd.entries;
	const [entry] = entries;
	const codec = CODECS[entry?.type ?? ''];
	const pixelFormats = new Set(entries.map(pixelFormatIn));
	const [pixelFormat] = pixelFormats;
	if (!entry || !codec || !pixelFormat || pixelFormats.size > 1) {
		return failure(
			inputFault(
				`has a picture in a format that cannot be joined (${entry?.type ?? 'unknown'})`,
				'Clips in H.264 and HEVC can be joined.',
			),
		);
	}
	return success({
		...track,
		codec,
		pixelFormat,
		naluLengthSize: naluLengthSizeIn(entry),
		width: entry.getWidth(),
		height: entry.getHeight(),
		matrix: [...trak.tkhd.matrix],
		descriptions: entries.map((each) => {
			const children = childrenOf(each, bytesAt);
			return {
				bytes: bytesOf(each, children, bytesAt),
				key: keyOf(each.type, children),
				parameterSets: parameterSetsIn(each),
			};
		}),
	});
}

function pixelFormatIn(entry: Entry): string | undefined {
	const [parameterSet] = (entry as AvcEntry).avcC?.SPS ?? [];
	if (parameterSet) return h264PixelFormat(parameterSet.data);
	const { hvcC } = entry as HevcEntry;
	return hvcC && pixelFormatOf(8 + hvcC.bit_depth_luma_minus8, hvcC.chroma_format_idc);
}

const naluLengthSizeIn = (entry: Entry): number =>
	1 + ((entry as AvcEntry).avcC ?? (entry as HevcEntry).hvcC)!.lengthSizeMinusOne;

/** Each with its length in front, as in a sample. */
function parameterSetsIn(entry: Entry): Uint8Array {
	const { avcC } = entry as AvcEntry;
	const { hvcC } = entry as HevcEntry;
	const units = avcC ? [...avcC.SPS, ...avcC.PPS] : (hvcC?.nalu_arrays ?? []).flat();
	const size = naluLengthSizeIn(entry);
	return Buffer.concat(
		units.flatMap(({ data }) => {
			const length = Buffer.alloc(size);
			length.writeUIntBE(data.length, 0, size);
			return [length, data];
		}),
	);
}

/** Tags of descriptors, and the object type of MPEG-4 audio in the decoder's one (ISO/IEC 14496-1). */
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC = 5;
const MPEG4_AUDIO = 0x40;

/** Completes the sound's track. The fault's message continues "The clip of item 1 …". */
export function audioTrackOf(trak: Trak, track: Track, bytesAt: BytesAt): Outcome<AudioTrack> {
	const entries = trak.mdia.minf.stbl.stsd.entries;
	const [entry] = entries;
	const configs = entries.map(aacConfigIn);
	const [config] = configs;
	const read = config && readAacConfig(config);
	if (!entry || !read || configs.some((each) => !each)) {
		return failure(
			inputFault(
				`has sound in a format that cannot be joined (${entry?.type ?? 'unknown'})`,
				'Clips with AAC sound can be joined, and clips without sound.',
			),
		);
	}
	const descriptions = entries.map(
		(each, nth): Description => ({
			bytes: bytesOf(each, childrenOf(each, bytesAt), bytesAt),
			// Of the box esds, only this matters: the rest are bit rates.
			key: keyOf(each.type, [configs[nth] ?? new Uint8Array()]),
			parameterSets: new Uint8Array(),
		}),
	);
	return success({ ...track, ...read, descriptions });
}

function aacConfigIn(entry: Entry): Uint8Array | undefined {
	const config = (entry as AacEntry).esds?.esd?.findDescriptor(DECODER_CONFIG);
	return config?.oti === MPEG4_AUDIO ? config.findDescriptor(DECODER_SPECIFIC)?.data : undefined;
}

/** The boxes in an entry, without the one that only tells its clip's bit rate. */
function childrenOf({ boxes = [] }: Entry, bytesAt: BytesAt): Uint8Array[] {
	return boxes
		.filter(({ type }) => type !== 'btrt')
		.map(({ start = 0, size }) => bytesAt(start, start + size));
}

const HEADER = 8;

function bytesOf(
	{ start = 0, size, type, boxes = [] }: Entry,
	children: readonly Uint8Array[],
	bytesAt: BytesAt,
): Uint8Array {
	const fields = bytesAt(start + HEADER, boxes[0]?.start ?? start + size);
	return box(type, fields, ...children);
}

const keyOf = (type: string, parts: readonly Uint8Array[]): string =>
	[type, ...parts.map((part) => Buffer.from(part).toString('hex'))].join(' ');
