/** A film plays in a browser, from the beginning to the end, and from any point of it. */
import type { Engine } from '../engine/harness/index.ts';
import { makeClip, removeFiles } from './ffmpeg.ts';
import { filmOf, openEngine } from './joining.ts';
import { playFilm } from './player.ts';

let engine: Engine;
beforeAll(async () => {
	engine = await openEngine();
});
afterAll(async () => {
	await engine.close();
	removeFiles();
});

it('plays clips of different encoders, with and without sound', async () => {
	const clips = await Promise.all([
		makeClip({ seconds: 1, video: ['-profile:v', 'baseline'] }),
		makeClip({ seconds: 1, fps: 30, video: ['-bf', '3', '-profile:v', 'high'] }),
		makeClip({ seconds: 1, fps: 25, sound: false, video: ['-profile:v', 'main', '-refs', '4'] }),
		makeClip({ seconds: 1, video: ['-profile:v', 'baseline'] }),
	]);
	const film = (await filmOf(engine, clips)).bytes;
	// In every clip, the flash at 0.4 seconds, and a moment without it.
	const flashes = [0, 1, 2, 3].map((start) => start + 0.45);
	const others = [0, 1, 2, 3].map((start) => start + 0.75);
	const played = await playFilm(film, [...flashes, ...others].reverse());
	expect(played.duration).toBeCloseTo(4, 1);
	expect(played.playedTo).toBeCloseTo(4, 1);
	expect(played.width).toBe(160);
	const brightness = [...played.brightness].reverse();
	expect(Math.min(...brightness.slice(0, 4))).toBeGreaterThan(240);
	expect(Math.max(...brightness.slice(4))).toBeLessThan(220);
});
