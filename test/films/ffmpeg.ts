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

export function asFile(bytes: Buffer): string {
	const path = newFile();
	writeFileSync(path, bytes);
	return path;
}

export interface Frame {
	/** When it is shown, in seconds. */
	at: number;
	hash: string;
}

/** All frames in the order in which they are shown. Fails if the decoder complains about anything. */
export async function framesOf(film: Buffer): Promise<Frame[]> {
	const args = ['-v', 'warning', '-i', asFile(film), '-map', '0:v', '-fps_mode', 'passthrough'];
	const { stdout, stderr } = await run(
		'ffmpeg',
		[...args, '-enc_time_base', '-1', '-f', 'framemd5', '-'],
		{ maxBuffer: MOST_OUTPUT },
	);
	if (stderr !== '') throw new Error(stderr);
	const [, numerator, denominator] = /#tb 0: (\d+)\/(\d+)/.exec(stdout) ?? [];
	const unit = Number(numerator) / Number(denominator);
	return stdout
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.split(',').map((cell) => cell.trim()))
		.map((cells) => ({ at: Number(cells[2]) * unit, hash: cells[5] ?? '' }));
}

/** What ffmpeg has to say when it decodes picture and sound. */
export async function complaintsAbout(film: Buffer): Promise<string> {
	const args = ['-v', 'error', '-i', asFile(film), '-fps_mode', 'passthrough'];
	const { stderr } = await run('ffmpeg', [...args, '-enc_time_base', '-1', '-f', 'null', '-']);
	return stderr;
}

/** When each flash begins, in seconds: the frames that are white, without those that follow one. */
export async function flashesIn(film: Buffer): Promise<number[]> {
	const frames = await framesOf(film);
	const args = ['-v', 'error', '-i', asFile(film), '-map', '0:v', '-fps_mode', 'passthrough'];
	const { stdout } = await run(
		'ffmpeg',
		[...args, '-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', '-'],
		{ maxBuffer: MOST_OUTPUT, encoding: 'buffer' },
	);
	if (stdout.length !== frames.length) throw new Error('Two decodings differ');
	const isWhite = (nth: number) => (stdout[nth] ?? 0) > 230;
	return frames.filter((_, nth) => isWhite(nth) && !isWhite(nth - 1)).map(({ at }) => at);
}

const HEARD_RATE = 16_000;

/** When each beep begins, in seconds. A pause in the time stamps is a pause in the sound. */
export async function beepsIn(film: Buffer): Promise<number[]> {
	const sound = await soundOf(film);
	const beeps: number[] = [];
	let lastLoud = -Infinity;
	for (const [nth, value] of sound.entries()) {
		if (Math.abs(value) < 0.2) continue;
		// Between the waves of one beep it is silent for less than a tenth of a second.
		if (nth - lastLoud > HEARD_RATE / 10) beeps.push(nth / HEARD_RATE);
		lastLoud = nth;
	}
	return beeps;
}

/** One channel, from the beginning of the film. */
export async function soundOf(film: Buffer): Promise<Float32Array> {
	const filter = `aresample=${HEARD_RATE}:async=1:min_hard_comp=0.005:first_pts=0`;
	const { stdout } = await run(
		'ffmpeg',
		['-v', 'error', '-i', asFile(film), '-map', '0:a', '-af', filter, '-ac', '1', '-f', 'f32le', '-'],
		{ maxBuffer: MOST_OUTPUT, encoding: 'buffer' },
	);
	return new Float32Array(stdout.buffer, stdout.byteOffset, stdout.length / 4);
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

export async function probe(film: Buffer): Promise<Probed> {
	const args = ['-v', 'error', '-show_streams', '-show_format', '-count_packets', '-of', 'json'];
	const { stdout } = await run('ffprobe', [...args, asFile(film)]);
	return JSON.parse(stdout) as Probed;
}

/** How long the picture is, in seconds. */
export async function secondsOf(clip: Buffer): Promise<number> {
	const { streams } = await probe(clip);
	return Number(streams.find(({ codec_type: type }) => type === 'video')?.duration);
}
