import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const FOLDER = join('test', 'sandbox', 'assets');

/**
 * Finds a committed asset by searching upwards from the working directory. The same code runs as an ES module (Node)
 * and as CommonJS (jest), and these have no common way to get a module's own path.
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
 * The served video. A `free` box with the job's ID, which players skip, is appended to it. Each job thus has different
 * bytes, and mixed-up downloads are detected.
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

/** The PNG that is served for images. A text chunk with the job's ID makes each one different. */
export class Picture {
	private readonly path: string;
	private read: Buffer | undefined;

	/** Searched next to the clip first, then like all assets, and only when an image is requested. */
	constructor(clipPath: string) {
		this.path = join(dirname(clipPath), 'picture.png');
	}

	bytesFor(jobId: string): Buffer {
		this.read ??= readFileSync(existsSync(this.path) ? this.path : findAsset('picture.png'));
		const end = this.read.length - PNG_END_BYTES;
		return Buffer.concat([this.read.subarray(0, end), textChunk(jobId), this.read.subarray(end)]);
	}
}

/** Size of the final chunk of every PNG, in bytes. */
const PNG_END_BYTES = 12;

function textChunk(jobId: string): Buffer {
	const data = Buffer.from(`tEXtjob\0${jobId}`, 'latin1');
	const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length - 4);
	check.writeUInt32BE(crc32(data));
	return Buffer.concat([length, data, check]);
}
