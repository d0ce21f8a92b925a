/** A film plays in a browser, from the beginning to the end, and from any point of it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser } from 'playwright-core';
import type { Engine } from '../engine/harness/index.ts';
import { findChromium } from '../n8n/browser.ts';
import { makeClip, removeFiles } from './ffmpeg.ts';
import { filmOf, openEngine } from './joining.ts';

let engine: Engine;
let browser: Browser;
let server: Server;
let film: Buffer;
beforeAll(async () => {
	engine = await openEngine();
	browser = await chromium.launch({
		executablePath: findChromium(),
		args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
	});
	server = createServer((request, response) => {
		if (request.url !== '/film.mp4') {
			return void response.setHeader('content-type', 'text/html').end('<video></video>');
		}
		const [, from = '0', to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
		const [start, end] = [Number(from), Number(to || film.length - 1)];
		response.writeHead(206, {
			'content-type': 'video/mp4',
			'accept-ranges': 'bytes',
			'content-range': `bytes ${start}-${end}/${film.length}`,
		});
		response.end(film.subarray(start, end + 1));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
	await browser.close();
	server.closeAllConnections();
	server.close();
	await engine.close();
	removeFiles();
});

/** Runs in the page: plays the film, then looks at the brightness of the picture at these times. */
const PLAY = (times: readonly number[]) => `(async () => {
	const video = document.querySelector('video');
	const event = (name) => new Promise((resolve, reject) => {
		video.addEventListener(name, resolve, { once: true });
		video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
	});
	video.src = '/film.mp4';
	await event('loadedmetadata');
	const ended = event('ended');
	await video.play();
	await ended;
	const playedTo = video.currentTime;
	const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
	const brightness = [];
	for (const at of ${JSON.stringify(times)}) {
		const seeked = event('seeked');
		video.currentTime = at;
		await seeked;
		context.drawImage(video, 0, 0, 16, 9);
		const { data } = context.getImageData(0, 0, 16, 9);
		brightness.push(data.reduce((sum, value) => sum + value, 0) / data.length);
	}
	return { duration: video.duration, playedTo, brightness, width: video.videoWidth };
})()`;

interface Played {
	duration: number;
	playedTo: number;
	brightness: number[];
	width: number;
}

it('plays clips of different encoders, with and without sound', async () => {
	const clips = await Promise.all([
		makeClip({ seconds: 1, video: ['-profile:v', 'baseline'] }),
		makeClip({ seconds: 1, fps: 30, video: ['-bf', '3', '-profile:v', 'high'] }),
		makeClip({ seconds: 1, fps: 25, sound: false, video: ['-profile:v', 'main', '-refs', '4'] }),
		makeClip({ seconds: 1, video: ['-profile:v', 'baseline'] }),
	]);
	film = (await filmOf(engine, clips)).bytes;
	const page = await browser.newPage();
	await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
	// In every clip, the flash at 0.4 seconds, and a moment without it.
	const flashes = [0, 1, 2, 3].map((start) => start + 0.45);
	const others = [0, 1, 2, 3].map((start) => start + 0.75);
	const played = await page.evaluate<Played>(PLAY([...flashes, ...others].reverse()));
	expect(played.duration).toBeCloseTo(4, 1);
	expect(played.playedTo).toBeCloseTo(4, 1);
	expect(played.width).toBe(160);
	const brightness = [...played.brightness].reverse();
	expect(Math.min(...brightness.slice(0, 4))).toBeGreaterThan(240);
	expect(Math.max(...brightness.slice(4))).toBeLessThan(220);
});
