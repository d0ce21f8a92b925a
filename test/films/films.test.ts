/** Clips are made with ffmpeg, joined by the node in n8n's engine, and decoded again. */
import type { Engine } from '../engine/harness/index.ts';
import { makeClip, remux, removeFiles, soundOf, type ClipOptions } from './ffmpeg.ts';
import { expectInStep, expectPictures, filmOf, openEngine } from './joining.ts';

let engine: Engine;
beforeAll(async () => {
	engine = await openEngine();
});
afterAll(async () => {
	await engine.close();
	removeFiles();
});

const make = async (...options: ClipOptions[]): Promise<Buffer[]> =>
	await Promise.all(options.map(makeClip));

const B_FRAMES = ['-bf', '3', '-profile:v', 'high'];

it('clips of one model: every frame, and picture and sound in step', async () => {
	const usual = { video: B_FRAMES };
	const clips = await make(
		{ ...usual, seconds: 1.25 },
		{ ...usual, seconds: 0.875, soundSeconds: 0.8 },
		{ ...usual, seconds: 1.125, soundSeconds: 1.4 },
	);
	const film = await filmOf(engine, clips);
	expect(film.json).toMatchObject({
		clips: 3,
		jobIds: ['job-0', 'job-1', 'job-2'],
		group: null,
		width: 160,
		height: 90,
		hasAudio: true,
	});
	await expectPictures(film, clips);
	await expectInStep(film, clips);
});

it('over forty clips, errors of rounding do not add up', async () => {
	// Neither a whole number of packets nor of milliseconds.
	const [clip] = await make({ seconds: 0.7007, fps: '30000/1001', video: B_FRAMES });
	const clips = Array<Buffer>(40).fill(clip!);
	const film = await filmOf(engine, clips);
	await expectPictures(film, clips);
	await expectInStep(film, clips);
});

it('frame rates, time scales, profiles and encoder settings may differ', async () => {
	const clips = await make(
		{ fps: 24, video: ['-profile:v', 'baseline'] },
		{
			fps: 25,
			video: ['-profile:v', 'main', '-bf', '2'],
			file: ['-video_track_timescale', '90000'],
		},
		{ fps: 30, video: B_FRAMES, file: ['-video_track_timescale', '600'] },
		{ fps: '30000/1001', video: [...B_FRAMES, '-refs', '5'] },
		{ fps: 24, video: ['-profile:v', 'baseline'], file: ['-video_track_timescale', '1000003'] },
	);
	const film = await filmOf(engine, clips);
	await expectPictures(film, clips);
	await expectInStep(film, clips);
});

it.each([
	['H.264 of 10 bits', { pixelFormat: 'yuv420p10le', video: ['-bf', '2'] }],
	['HEVC', { codec: 'libx265', video: ['-bf', '3'] }],
	['HEVC of 10 bits', { codec: 'libx265', pixelFormat: 'yuv420p10le' }],
] as Array<[string, ClipOptions]>)('%s', async (_, options) => {
	const clips = await make(options, { ...options, seconds: 0.9, fps: 30 });
	const film = await filmOf(engine, clips);
	await expectPictures(film, clips);
	await expectInStep(film, clips);
});

it.each([
	['in stereo at 48 kHz', { rate: 48_000, channels: 2 }],
	['in mono at 44.1 kHz', { rate: 44_100, channels: 1 }],
])('silence stands for the sound of clips that have none, %s', async (_, sound) => {
	const clips = await make(
		{ sound: false, seconds: 0.9 },
		{ sound, seconds: 1.1 },
		{ sound: false, seconds: 1 },
		{ sound, seconds: 1.3, soundSeconds: 0.7 },
	);
	const film = await filmOf(engine, clips);
	expect(film.json.hasAudio).toBe(true);
	await expectPictures(film, clips);
	await expectInStep(film, clips, [0, 2]);
	const heard = await soundOf(film.bytes);
	const silent = heard.subarray(16_000 * 2.1, 16_000 * 2.9);
	expect(Math.max(...silent.map(Math.abs))).toBeLessThan(0.001);
	expect(heard.length / 16_000).toBeGreaterThan(4.25);
});

it('a film of silent clips has no sound', async () => {
	const clips = await make({ sound: false }, { sound: false, seconds: 0.9, video: B_FRAMES });
	const film = await filmOf(engine, clips);
	expect(film.json.hasAudio).toBe(false);
	await expectPictures(film, clips);
});

it('fragmented files, tables at the end or at the beginning, negative offsets, no edit list', async () => {
	const [clip] = await make({ video: B_FRAMES });
	const clips = [
		await remux(clip!, '-movflags', 'frag_keyframe+empty_moov'),
		await remux(clip!, '-movflags', '+faststart'),
		clip!,
		await remux(clip!, '-movflags', 'frag_every_frame+empty_moov+default_base_moof'),
		await remux(clip!, '-movflags', 'negative_cts_offsets'),
	];
	const film = await filmOf(engine, clips);
	await expectPictures(film, clips);
	await expectInStep(film, clips);
});

it('a film can be a clip of another film', async () => {
	const clips = await make({ video: B_FRAMES }, { seconds: 0.9, sound: false });
	const part = await filmOf(engine, clips);
	const film = await filmOf(engine, [part.bytes, clips[0]!]);
	await expectPictures(film, [...clips, clips[0]!]);
	await expectInStep(film, [...clips, clips[0]!], [1]);
});
