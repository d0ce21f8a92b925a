/** The boxes of an MP4 file, in order; undefined if the bytes are not a complete MP4 file. */
export function mp4Boxes(bytes: Buffer): string[] | undefined {
	const boxes: string[] = [];
	let at = 0;
	while (at + 8 <= bytes.length) {
		const size = bytes.readUInt32BE(at);
		if (size < 8) return undefined;
		boxes.push(bytes.toString('latin1', at + 4, at + 8));
		at += size;
	}
	const complete = at === bytes.length && boxes[0] === 'ftyp' && boxes.includes('moov');
	return complete ? boxes : undefined;
}

export const isMp4 = (bytes: Buffer): boolean => mp4Boxes(bytes) !== undefined;
