import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { Bytes, Clip, Edit, Sample, Track } from './clip';
import { createFile, MP4BoxBuffer, type BytesAt, type Mp4, type Trak } from './mp4box';
import { readStructure, type Structure } from './structure';
import { audioTrackOf, videoTrackOf } from './tracks';
import { time, ZERO } from './time';

/** More samples than an hour of video has. A damaged file can claim any number. */
const MAX_SAMPLES = 500_000;

/** Reads an MP4 file without its media data. The fault's message continues "The clip of item 1 …". */
export async function readClip(file: Bytes): Promise<Outcome<Clip>> {
	const structure = await readStructure(file);
	if (!structure.ok) return structure;
	try {
		return clipOf(structure.value);
	} catch {
		return refused('is damaged: its tables cannot be read');
	}
}

function clipOf(structure: Structure): Outcome<Clip> {
	const { fileSize } = structure;
	if (claimsTooMuch(structure)) return refused('is damaged: its tables cannot be read');
	const mp4 = parse(structure);
	if (!mp4.moov) return refused('is not an MP4 file');
	const traks = mp4.moov.traks.filter(({ samples }) => samples.length > 0);
	const ofType = (type: string) => traks.find(({ mdia }) => mdia.hdlr.handler === type);
	const [picture, sound] = [ofType('vide'), ofType('soun')];
	if (!picture) return refused('has no picture');
	const bytesAt = bytesOf(structure);
	const video = read(mp4, picture, (track) => videoTrackOf(picture, track, bytesAt), fileSize);
	if (!video.ok) return video;
	if (!sound) return success({ video: video.value, audio: undefined, fileSize });
	const audio = read(mp4, sound, (track) => audioTrackOf(sound, track, bytesAt), fileSize);
	return audio.ok ? success({ video: video.value, audio: audio.value, fileSize }) : audio;
}

const refused = (message: string, hint = 'Get the file again, or make the clip again.') =>
	failure(inputFault(message, hint));

/** The parser reserves memory for as many samples as a table says it has, without looking at the table's length. */
function claimsTooMuch({ pieces }: Structure): boolean {
	return pieces.some((piece) => {
		if (!('bytes' in piece)) return false;
		const bytes = Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.length);
		const countsAfter = (type: string, skipped: number) => {
			for (let at = bytes.indexOf(type); at >= 0; at = bytes.indexOf(type, at + 4)) {
				const count = at + skipped + 4 <= bytes.length ? bytes.readUInt32BE(at + skipped) : 0;
				if (count > MAX_SAMPLES) return true;
			}
			return false;
		};
		// After the type and the flags; the size of all samples comes before the number of sizes.
		return countsAfter('stsz', 12) || countsAfter('trun', 8);
	});
}

/** What is not read is announced as media data, which the parser skips. */
function parse({ pieces }: Structure): Mp4 {
	const mp4 = createFile();
	for (const piece of pieces) {
		const isBox = 'bytes' in piece;
		if (!isBox && piece.length === Infinity) break;
		const bytes = isBox ? piece.bytes : gapHeader(piece.length);
		const buffer = new MP4BoxBuffer(bytes.length);
		new Uint8Array(buffer).set(bytes);
		buffer.fileStart = piece.start;
		mp4.appendBuffer(buffer);
	}
	return mp4;
}

function gapHeader(length: number): Uint8Array {
	const header = Buffer.from('\0\0\0\x01mdat\0\0\0\0\0\0\0\0', 'latin1');
	if (length >= 2 ** 32) header.writeBigUInt64BE(BigInt(length), 8);
	else header.writeUInt32BE(length, 0);
	return length >= 2 ** 32 ? header : header.subarray(0, 8);
}

const bytesOf =
	({ pieces }: Structure): BytesAt =>
	(start, end) => {
		const piece = [...pieces].reverse().find((each) => each.start <= start);
		if (!piece || !('bytes' in piece)) throw new Error('Not in a box that was read');
		return piece.bytes.subarray(start - piece.start, end - piece.start);
	};

function read<T extends Track>(
	mp4: Mp4,
	trak: Trak,
	describe: (track: Track) => Outcome<T>,
	fileSize: number,
): Outcome<T> {
	const { timescale } = trak.mdia.mdhd;
	const edit = editOf(trak, mp4.moov.mvhd.timescale);
	if (!edit.ok) return edit;
	const samples = samplesOf(trak);
	if (
		samples.some(({ offset, size }) => !(offset >= 0 && size >= 0 && offset + size <= fileSize))
	) {
		return refused('is incomplete');
	}
	const isSane = ({ dts, cts, duration }: Sample) =>
		[dts, cts, duration].every(Number.isSafeInteger) && duration >= 0;
	if (!(timescale > 0) || !samples.every(isSane)) return refused('is damaged: it has wrong times');
	return describe({ timescale, samples, descriptions: [], edit: edit.value });
}

function samplesOf({ samples, mdia }: Trak): Sample[] {
	const runs = mdia.minf.stbl.stts?.sample_deltas ?? [];
	return samples.map((sample, nth) => {
		// The parser takes the last duration from the length of the track, which can be rounded.
		const isLast = nth === samples.length - 1 && sample.moof_number === undefined;
		const duration = (isLast ? runs.at(-1) : undefined) ?? sample.duration;
		return {
			offset: sample.offset,
			size: sample.size,
			dts: sample.dts,
			cts: sample.cts,
			duration: duration || (samples[nth - 1]?.duration ?? 0),
			isSync: sample.is_sync,
			description: sample.description_index,
		};
	});
}

/** An empty edit delays the track. After it, one continuous part of the track can be presented. */
function editOf({ edts }: Trak, movieTimescale: number): Outcome<Edit> {
	const entries = edts?.elst?.entries ?? [];
	const empty = entries.filter(({ media_time: at }) => at < 0);
	const [edit, ...more] = entries.filter(({ media_time: at }) => at >= 0);
	const isUsual = edit?.media_rate_integer === 1 && edit.media_rate_fraction === 0;
	if (more.length > 0 || (edit && !isUsual) || (!edit && empty.length > 0)) {
		return refused('has an edit list of several parts', 'Encode it again, or make it again.');
	}
	const delay = empty.reduce((sum, { segment_duration: length }) => sum + length, 0);
	if (!edit) return success({ start: ZERO, mediaTime: 0, duration: undefined });
	return success({
		start: time(delay, movieTimescale),
		mediaTime: edit.media_time,
		// 0 in fragmented files: the length was not known yet.
		duration: edit.segment_duration > 0 ? time(edit.segment_duration, movieTimescale) : undefined,
	});
}
