import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const FOLDER = join('test', 'sandbox', 'assets');

/**
 * A committed asset, sought upwards from the working directory: the same code runs as an ES module (Node) and
 * as CommonJS (jest), and the two have no common way to ask a module for its own place.
 */
export function findAsset(name: string): string {
	for (let folder = process.cwd(); ; folder = dirname(folder)) {
		const path = join(folder, FOLDER, name);
		if (existsSync(path)) return path;
		if (folder === dirname(folder))
			throw new Error(`${join(FOLDER, name)} not found above ${process.cwd()}: give clipPath`);
	}
}

export const findClip = (): string => findAsset('clip.mp4');

/**
 * The video that is served. A `free` box with the job's id is put at its end, which players skip, so that every
 * job has bytes of its own and a mix-up of two downloads shows.
 */
export class Clip {
	private readonly video: Buffer;

	constructor(path: string) {
		this.video = readFileSync(path);
	}

	bytesFor(jobId: string): Buffer {
		const id = Buffer.from(jobId, 'latin1');
		const head = Buffer.alloc(8);
		head.writeUInt32BE(head.length + id.length, 0);
		head.write('free', 4, 'latin1');
		return Buffer.concat([this.video, head, id]);
	}

	sizeFor(jobId: string): number {
		return this.video.length + 8 + jobId.length;
	}
}

/** The PNG that is served for images; a text chunk with the job's id makes each one different. */
export class Picture {
	private readonly path: string;
	private read: Buffer | undefined;

	/** It is sought beside the clip first, then as all assets are, and not before an image is asked for. */
	constructor(clipPath: string) {
		this.path = join(dirname(clipPath), 'picture.png');
	}

	bytesFor(jobId: string): Buffer {
		this.read ??= readFileSync(existsSync(this.path) ? this.path : findAsset('picture.png'));
		const end = this.read.length - PNG_END_BYTES;
		return Buffer.concat([this.read.subarray(0, end), textChunk(jobId), this.read.subarray(end)]);
	}
}

/** Bytes of the chunk that ends every PNG. */
const PNG_END_BYTES = 12;

function textChunk(jobId: string): Buffer {
	const data = Buffer.from(`tEXtjob\0${jobId}`, 'latin1');
	const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length - 4);
	check.writeUInt32BE(crc32(data));
	return Buffer.concat([length, data, check]);
}
