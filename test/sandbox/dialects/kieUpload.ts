import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { imageInfo } from '../core/image.ts';
import { UNREACHABLE_HOSTS } from '../decisions.ts';
import type { Call } from './dialect.ts';

/** Uploads at kie.ai: in reality another host, which accepts the same key. */

const addressOf = ({ mediaBase }: Core, name: string) => `${mediaBase}/uploads/${name}`;

/** [doc] A form with `file`, `uploadPath` and `fileName`. A file of the same name is replaced. [us] Images only. */
export function upload(core: Core, { form }: Call): Answer {
	const refuse = (message: string) => new Problem('invalid_request', message);
	if (!form || form.broken) throw refuse('The body must be multipart/form-data');
	const [file, ...others] = form.files;
	if (file?.field !== 'file' || others.length > 0)
		throw refuse('There must be one file, in "file"');
	const texts = Object.fromEntries(form.texts);
	const unknown = Object.keys(texts).find((name) => !['uploadPath', 'fileName'].includes(name));
	if (unknown) throw refuse(`Unknown field "${unknown}"`);
	const { uploadPath, fileName = file.filename } = texts;
	if (!uploadPath) throw refuse('uploadPath is required');
	if (!/^[\w.-]+$/.test(fileName)) throw refuse('fileName is not valid');
	if (file.tooLong) throw refuse('The file is too large');
	if (!imageInfo(file.bytes)) throw refuse('The file is not an image');
	core.uploads.set(fileName, { bytes: file.bytes, type: file.contentType });
	const data = {
		fileName,
		filePath: `${uploadPath}/${fileName}`,
		downloadUrl: addressOf(core, fileName),
		fileSize: file.bytes.length,
		mimeType: file.contentType,
		uploadedAt: new Date(core.clock.now()).toISOString(),
	};
	return {
		status: 200,
		body: { success: true, code: 200, msg: 'File uploaded successfully', data },
	};
}

/** @throws Problem for images that cannot be fetched. Nothing is fetched from other hosts. */
export function checkImages(core: Core, urls: readonly string[]): void {
	const root = addressOf(core, '');
	for (const url of urls) {
		const isMissing = url.startsWith(root) && !core.uploads.has(url.slice(root.length));
		const { hostname } = new URL(url);
		if (isMissing || UNREACHABLE_HOSTS.some((ending) => hostname.endsWith(ending)))
			throw new Problem('invalid_request', 'The image could not be fetched');
	}
}
