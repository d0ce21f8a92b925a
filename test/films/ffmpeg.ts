/** Makes clips with ffmpeg, and looks at films with it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_OUTPUT = 256 * 1024 ** 2;

/** When the flash and the beep of every clip begin, in seconds. */
export const CUE = 0.4;
const CUE_LENGTH = 0.1;

export interface ClipOptions {
	/** In seconds. */
	seconds?: number;
	/** Of the sound, if it differs from the picture. */
	soundSeconds?: number;
	fps?: number | string;
	size?: string;
	codec?: 'libx264' | 'libx265';
	pixelFormat?: string;
	/** More arguments for the encoder of the picture. */
	video?: string[];
	/** More arguments for the file. */
	file?: string[];
	/** false: no sound. */
	sound?: false | { rate?: number; channels?: number };
}

let folder: string | undefined;
let files = 0;
const newFile = (ending = 'mp4') => {
	folder ??= mkdtempSync(join(tmpdir(), 'films-'));
	files += 1;
	return join(folder, `${files}.${ending}`);
};
export const removeFiles = () => folder && rmSync(folder, { recursive: true, force: true });

/** A moving picture with a white flash at CUE, and a beep at the same time. */
export async function makeClip(options: ClipOptions = {}): Promise<Buffer> {
	const { seconds = 1.2, soundSeconds = seconds, fps = 24, size = '160x90', sound = {} } = options;
	const { codec = 'libx264', pixelFormat = 'yuv420p', video = [], file = [] } = options;
	const cue = `between(t,${CUE - 0.001},${CUE + CUE_LENGTH})`;
	const picture = `testsrc2=s=${size}:r=${fps}:d=${seconds},drawbox=c=white:t=fill:enable='${cue}'`;
	const { rate = 48_000, channels = 2 } = sound || {};
	const tone = `0.8*sin(2*PI*1000*t)*${cue.replaceAll(',', '\\,')}`;
	const beep = `aevalsrc=${Array(channels).fill(tone).join('|')}:s=${rate}:d=${soundSeconds}`;
	const path = newFile();
	await ffmpeg([
		...['-f', 'lavfi', '-i', picture, ...(sound ? ['-f', 'lavfi', '-i', beep] : [])],
		...['-c:v', codec, '-preset', 'veryfast', '-pix_fmt', pixelFormat, '-threads', '1'],
		...(codec === 'libx265' ? ['-x265-params', 'log-level=error:pools=1', '-tag:v', 'hvc1'] : []),
		...['-g', '12', ...video, ...(sound ? ['-c:a', 'aac'] : []), ...file, path],
	]);
	return readFileSync(path);
}

/** The same clip in another container, with other arguments. */
export async function remux(clip: Buffer, ...args: string[]): Promise<Buffer> {
	const [from, to] = [asFile(clip), newFile()];
	await ffmpeg(['-i', from, '-c', 'copy', ...args, to]);
	return readFileSync(to);
}

const ffmpeg = async (args: string[]) =>
	await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { maxBuffer: MOST_OUTPUT });

/** What is found out about a file is kept, because every clip is looked at several times. */
function once<T>(find: (bytes: Buffer) => T): (bytes: Buffer) => T {
	const found = new WeakMap<Buffer, { value: T }>();
	return (bytes) => {
		const known = found.get(bytes) ?? { value: find(bytes) };
		found.set(bytes, known);
		return known.value;
	};
}

export const asFile = once((bytes) => {
	const path = newFile();
	writeFileSync(path, bytes);
	return path;
});

export interface Frame {
	/** When it is shown, in seconds. */
	at: number;
	hash: string;
}

const HEARD_RATE = 16_000;

interface Decoded {
	/** In the order in which they are shown. */
	frames: Frame[];
	/** The average brightness of each, 0 to 255. */
	brightness: Buffer;
	/** One channel at HEARD_RATE, from the beginning. Empty if there is no sound. */
	sound: Float32Array;
}

/** Decodes a file. Fails if the decoder complains about anything. */
const decode = once(async (film): Promise<Decoded> => {
	const { streams } = await probe(film);
	const hasSound = streams.some(({ codec_type: type }) => type === 'audio');
	const [hashes, brightness, heard] = [newFile('md5'), newFile('gray'), newFile('f32')];
	const picture = ['-map', '0:v', '-fps_mode', 'passthrough', '-enc_time_base', '-1'];
	// A pause in the time stamps becomes a pause in the sound.
	const filter = `aresample=${HEARD_RATE}:async=1:min_hard_comp=0.005:first_pts=0`;
	const sound = ['-map', '0:a', '-af', filter, '-ac', '1', '-f', 'f32le', heard];
	const { stderr } = await ffmpeg([
		...['-i', asFile(film), ...picture, '-f', 'framemd5', hashes],
		...[...picture, '-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', brightness],
		...(hasSound ? sound : []),
	]);
	if (stderr !== '') throw new Error(stderr);
	const bytes = hasSound ? readFileSync(heard) : Buffer.alloc(0);
	return {
		frames: readFrames(readFileSync(hashes, 'utf8')),
		brightness: readFileSync(brightness),
		sound: new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4)),
	};
});

function readFrames(table: string): Frame[] {
	const [, numerator, denominator] = /#tb 0: (\d+)\/(\d+)/.exec(table) ?? [];
	const unit = Number(numerator) / Number(denominator);
	return table
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.split(',').map((cell) => cell.trim()))
		.map((cells) => ({ at: Number(cells[2]) * unit, hash: cells[5] ?? '' }));
}

export const framesOf = async (film: Buffer): Promise<Frame[]> => (await decode(film)).frames;
export const soundOf = async (film: Buffer): Promise<Float32Array> => (await decode(film)).sound;

/** When each flash begins, in seconds: the frames that are white, without those that follow one. */
export async function flashesIn(film: Buffer): Promise<number[]> {
	const { frames, brightness } = await decode(film);
	if (brightness.length !== frames.length) throw new Error('Two decodings differ');
	const isWhite = (nth: number) => (brightness[nth] ?? 0) > 230;
	return frames.filter((_, nth) => isWhite(nth) && !isWhite(nth - 1)).map(({ at }) => at);
}

/** When each beep begins, in seconds. */
export async function beepsIn(film: Buffer): Promise<number[]> {
	const beeps: number[] = [];
	let lastLoud = -Infinity;
	for (const [nth, value] of (await soundOf(film)).entries()) {
		if (Math.abs(value) < 0.2) continue;
		// Between the waves of one beep it is silent for less than a tenth of a second.
		if (nth - lastLoud > HEARD_RATE / 10) beeps.push(nth / HEARD_RATE);
		lastLoud = nth;
	}
	return beeps;
}

export interface Probed {
	format: { duration: string };
	streams: Array<{
		codec_type: string;
		codec_name: string;
		start_time: string;
		duration: string;
		nb_read_packets: string;
		width?: number;
		height?: number;
	}>;
}

export const probe = once(async (film): Promise<Probed> => {
	const args = ['-v', 'error', '-show_streams', '-show_format', '-count_packets', '-of', 'json'];
	const { stdout } = await run('ffprobe', [...args, asFile(film)]);
	return JSON.parse(stdout) as Probed;
});

/** How long the picture is, in seconds. */
export async function secondsOf(clip: Buffer): Promise<number> {
	const { streams } = await probe(clip);
	return Number(streams.find(({ codec_type: type }) => type === 'video')?.duration);
}
