// Plays a film in a real browser, from a server that answers ranges as file storages do.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { findChromium } from '../n8n/browser.ts';

export interface Played {
	/** In seconds, as the browser reads it from the file. */
	duration: number;
	/** The time at which it ended by itself. */
	playedTo: number;
	/** The brightness of the picture at each of the times, 0 to 255. */
	brightness: number[];
	/** In pixels. */
	width: number;
}

/**
 * Plays a film to its end, then looks at some of its pictures.
 *
 * @param times in seconds
 * @throws Error if the browser cannot play it
 */
export async function playFilm(film: Buffer, times: readonly number[] = []): Promise<Played> {
	const browser = await chromium.launch({
		executablePath: findChromium(),
		args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
	});
	const server = createServer((request, response) => {
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
	try {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		return await page.evaluate<Played>(PLAY(times));
	} finally {
		await browser.close();
		server.closeAllConnections();
		server.close();
	}
}

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
