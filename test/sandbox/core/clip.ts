import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RELATIVE_PATH = join('test', 'sandbox', 'assets', 'clip.mp4');

/**
 * The committed clip, sought upwards from the working directory: the same code runs as an ES module (Node) and
 * as CommonJS (jest), and the two have no common way to ask a module for its own place.
 */
export function findClip(): string {
	for (let folder = process.cwd(); ; folder = dirname(folder)) {
		const path = join(folder, RELATIVE_PATH);
		if (existsSync(path)) return path;
		if (folder === dirname(folder))
			throw new Error(`${RELATIVE_PATH} not found above ${process.cwd()}: give clipPath`);
	}
}

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
