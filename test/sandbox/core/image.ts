/** The properties of an image file, from its first bytes. */
export interface ImageInfo {
	type: 'image/png' | 'image/jpeg' | 'image/webp';
	width: number;
	height: number;
}

/** Type and size of a PNG, JPEG or WebP; undefined for anything else, including broken files. */
export function imageInfo(bytes: Buffer): ImageInfo | undefined {
	try {
		return pngInfo(bytes) ?? jpegInfo(bytes) ?? webpInfo(bytes);
	} catch (thrown) {
		// The header ends before the size, so it is not an image. Compared by name, because jest has its own classes.
		if ((thrown as Error).name === 'RangeError') return undefined;
		throw thrown;
	}
}

const PNG_BEGINNING = Buffer.from('89504e470d0a1a0a', 'hex');

function pngInfo(bytes: Buffer): ImageInfo | undefined {
	if (!bytes.subarray(0, 8).equals(PNG_BEGINNING)) return undefined;
	if (bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
	return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** The size is in the first "start of frame" segment: C0 to CF, except the three that mean something else. */
function jpegInfo(bytes: Buffer): ImageInfo | undefined {
	if (bytes.readUInt16BE(0) !== 0xffd8) return undefined;
	let at = 2;
	while (bytes.readUInt8(at) === 0xff) {
		const marker = bytes.readUInt8(at + 1);
		if (marker === 0xff) {
			at += 1;
			continue;
		}
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
			return {
				type: 'image/jpeg',
				width: bytes.readUInt16BE(at + 7),
				height: bytes.readUInt16BE(at + 5),
			};
		at += 2 + bytes.readUInt16BE(at + 2);
	}
	return undefined;
}

/** There are three kinds: lossy, lossless and extended. Each has the size at another offset. */
function webpInfo(bytes: Buffer): ImageInfo | undefined {
	const text = (from: number, to: number) => bytes.toString('latin1', from, to);
	if (text(0, 4) !== 'RIFF' || text(8, 12) !== 'WEBP') return undefined;
	const webp = (width: number, height: number): ImageInfo => ({
		type: 'image/webp',
		width,
		height,
	});
	switch (text(12, 16)) {
		case 'VP8 ':
			return webp(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
		case 'VP8L': {
			const bits = bytes.readUInt32LE(21);
			return webp((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
		}
		case 'VP8X':
			return webp(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
		default:
			return undefined;
	}
}
