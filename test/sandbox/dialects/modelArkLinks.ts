import { readFileSync } from 'node:fs';
import type { Answer } from '../core/answer.ts';
import { findAsset } from '../core/clip.ts';
import type { Core } from '../core/core.ts';
import { sha256 } from '../core/digest.ts';
import type { Job } from '../core/job.ts';
import { MODELARK_DOWNLOADS, URL_LIFE_SECONDS } from '../decisions.ts';
import type { Plan } from './modelArkPlan.ts';

/** Files of ModelArk: at signed addresses of another host, which need no key, for a time and a number of downloads. */

export interface LinkedFile {
	type: string;
	/** End of the name. */
	ending: string;
	bytes: () => Buffer;
}

/** What a visible watermark says [doc]; here it is in the bytes, so that a test can look for it. */
const WATERMARK = ' AI Generated';
export const markOf = (text: string, watermark: boolean): string =>
	watermark ? text + WATERMARK : text;

/** The addresses of a task's files. */
export function fileLinks(core: Core, job: Job, plan: Plan): Record<string, string> {
	const video = {
		type: plan.format === 'mov' ? 'video/quicktime' : 'video/mp4',
		ending: plan.format,
		bytes: () => asFormat(core.clip.bytesFor(markOf(job.id, plan.watermark)), plan.format),
	};
	const isJpeg = job.tags.has('frame-jpeg');
	// [doc] No watermark in it.
	const frame = isJpeg ? jpeg(`${job.id} last frame`) : png(core, `${job.id} last frame`);
	return {
		...(job.tags.has('no-url') ? {} : { video_url: linkTo(core, job, video) }),
		...(plan.lastFrame ? { last_frame_url: linkTo(core, job, frame) } : {}),
	};
}

export const png = (core: Core, text: string): LinkedFile => ({
	type: 'image/png',
	ending: 'png',
	bytes: () => core.picture.bytesFor(text),
});

export const jpeg = (text: string): LinkedFile => ({
	type: 'image/jpeg',
	ending: 'jpeg',
	bytes: () => jpegSaying(text),
});

/** The address of a file. It is the same each time, and its downloads are counted from the first time on. */
export function linkTo(core: Core, job: Job, file: LinkedFile, part = ''): string {
	const path = `/cdn/outputs/${job.id}.${file.ending}`;
	const signature = sha256(Buffer.from(`${path} ${part}`)).slice(0, 32);
	const url = `${path}?X-Tos-Expires=${URL_LIFE_SECONDS}${part && `&part=${part}`}&X-Tos-Signature=${signature}`;
	if (!core.links.has(url)) core.links.set(url, answering(core, job, file));
	return core.mediaBase + url;
}

function answering(core: Core, job: Job, { type, bytes }: LinkedFile): (method: string) => Answer {
	let downloads = 0;
	return (method) => {
		// The job itself: an early callback is about a copy of it.
		const { state, settledAt, urlExpired, urlLifeSeconds } = core.board.find(job.id) ?? job;
		if (state !== 'completed') return denied('There is no such file yet');
		const diesAt = (settledAt ?? Infinity) + core.clock.wallMs(urlLifeSeconds);
		if (urlExpired || core.clock.now() >= diesAt) return denied('Request has expired');
		if (method === 'GET') downloads += 1;
		if (downloads > MODELARK_DOWNLOADS) return denied('The limit of downloads is reached');
		return { status: 200, body: bytes(), headers: { 'content-type': type } };
	};
}

/** As object storages say it. */
const denied = (reason: string): Answer => ({
	status: 403,
	body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${reason}</Message></Error>`,
	headers: { 'content-type': 'application/xml' },
});

/** The same video with the brand of QuickTime. */
function asFormat(mp4: Buffer, format: 'mp4' | 'mov'): Buffer {
	if (format === 'mp4') return mp4;
	const mov = Buffer.from(mp4);
	mov.write('qt  ', 8, 'latin1');
	return mov;
}

let photo: Buffer | undefined;

/** A JPEG with a comment after its beginning, which makes each one different. */
function jpegSaying(text: string): Buffer {
	photo ??= readFileSync(findAsset('images/square-512.jpg'));
	const head = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
	const comment = Buffer.concat([head, Buffer.from(text, 'latin1')]);
	return Buffer.concat([photo.subarray(0, 2), comment, photo.subarray(2)]);
}
