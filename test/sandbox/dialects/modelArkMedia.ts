import { Problem } from '../core/answer.ts';
import { imageInfo } from '../core/image.ts';
import { MODELARK_REFERENCE_SECONDS, UNREACHABLE_HOSTS } from '../decisions.ts';
import { fromBase64 } from './image.ts';
import { invalid } from './modelArkError.ts';

/** Images, videos and audios that are sent to ModelArk. Only what is in the request itself can be looked at. */

/** [doc] */
const IMAGE = { mostBytes: 30 * 1024 * 1024 - 1, least: 300, most: 6000, narrow: 0.4, wide: 2.5 };
const AUDIO_BYTES = 15 * 1024 * 1024;
const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'bmp', 'tiff', 'gif', 'heic', 'heif'];
const AUDIO_FORMATS = ['wav', 'mp3', 'mpeg', 'x-wav'];

export interface Side {
	width: number;
	height: number;
}

/** The size of an image that is in its data URL, if its format is one that can be read here; undefined for addresses. */
export function checkImageUrl(param: string, url: string): Side | undefined {
	const data = dataOf(param, url, 'image', IMAGE_FORMATS, IMAGE.mostBytes);
	if (!data) return undefined;
	const info = imageInfo(data.bytes) ?? otherInfo(data.bytes);
	// [us] TIFF and HEIC are not looked into.
	if (['tiff', 'heic', 'heif'].includes(data.format)) return undefined;
	if (!info) throw invalid(param, 'the image cannot be decoded');
	if (info.type !== `image/${data.format}`)
		throw invalid(param, `the image is ${info.type}, not image/${data.format}`);
	const { width, height } = info;
	if (Math.min(width, height) < IMAGE.least || Math.max(width, height) > IMAGE.most)
		throw invalid(
			param,
			`the image has ${width}x${height} pixels, its sides must have 300 to 6000`,
		);
	if (width / height < IMAGE.narrow || width / height > IMAGE.wide)
		throw invalid(param, 'the ratio of the image must be between 0.4 and 2.5');
	return { width, height };
}

export function checkAudioUrl(param: string, url: string): void {
	dataOf(param, url, 'audio', AUDIO_FORMATS, AUDIO_BYTES);
}

/** Addresses and assets only: no base64 [doc]. */
export function checkVideoUrl(param: string, url: string): void {
	if (url.startsWith('data:')) throw invalid(param, 'base64 is not supported for videos');
	checkAddress(param, url);
}

/** Seconds of a video or audio: see the decision. */
export function secondsOf(url: string): number {
	const said = /[?&]seconds=(\d+(?:\.\d+)?)/.exec(url)?.[1];
	return said === undefined ? MODELARK_REFERENCE_SECONDS : Number(said);
}

function dataOf(
	param: string,
	url: string,
	what: 'image' | 'audio',
	formats: readonly string[],
	mostBytes: number,
): { format: string; bytes: Buffer } | undefined {
	if (!url.startsWith('data:')) {
		checkAddress(param, url);
		return undefined;
	}
	// [doc] The format is in lower case.
	const format = new RegExp(`^data:${what}/([a-z0-9-]+);base64,`).exec(url)?.[1];
	if (format === undefined || !formats.includes(format))
		throw invalid(param, `it must begin with data:${what}/<format>;base64, in lower case`);
	const bytes = fromBase64(url);
	if (!bytes) throw invalid(param, 'the base64 cannot be decoded');
	if (bytes.length > mostBytes)
		throw invalid(param, `it must not be larger than ${Math.ceil(mostBytes / 1024 / 1024)} MB`);
	return { format, bytes };
}

function checkAddress(param: string, url: string): void {
	if (url === '')
		throw new Problem('invalid_request', `The URL in ${param} is empty.`, {
			code: param.includes('image') ? 'InvalidImageURL.EmptyURL' : 'InvalidParameter',
			param,
		});
	if (/^asset:\/\/[\w.-]+$/.test(url)) return;
	if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol))
		throw invalid(param, 'it must be a URL, base64 or an asset');
	const { hostname } = new URL(url);
	if (UNREACHABLE_HOSTS.some((ending) => hostname.endsWith(ending)))
		throw invalid(param, 'resource download failed');
}

/** BMP and GIF. */
function otherInfo(bytes: Buffer): (Side & { type: string }) | undefined {
	if (bytes.length < 26) return undefined;
	const beginning = bytes.toString('latin1', 0, 3);
	if (beginning === 'GIF')
		return { type: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
	if (!beginning.startsWith('BM')) return undefined;
	const height = Math.abs(bytes.readInt32LE(22));
	return { type: 'image/bmp', width: bytes.readInt32LE(18), height };
}
