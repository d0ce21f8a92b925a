import { success, type Outcome } from '../../core/fault';
import type { Dialect } from '../../core/provider';
import type { Files, ImageFile, MediaRequest } from '../../core/request';
import type { Session } from '../api/session';
import { uploadFile } from '../api/upload';
import { filesIn } from './files';
import type { SubmitItem } from './submitItem';

/** An item whose files are not in its request yet. */
type Unprepared = Pick<SubmitItem, 'request' | 'loadFiles' | 'isShared' | 'timeoutMs'>;

/** Prepares the image files as the dialect requires: sent with the request, or uploaded before. */
export async function prepare(
	session: Session,
	{ upload }: Dialect,
	{ request, loadFiles, isShared, timeoutMs }: Unprepared,
): Promise<Outcome<MediaRequest>> {
	if (!loadFiles) return success(request);
	const loaded = await loadFiles();
	if (!loaded.ok) return loaded;
	const files = loaded.value;
	const inlineBytes = upload?.inlineBytes ?? -1;
	const isInline = filesIn(files).every(({ bytes }) => bytes.length <= inlineBytes);
	if (!upload || isInline) return success({ ...request, files: isShared ? unnamed(files) : files });
	const addresses = new Map<ImageFile, string>();
	for (const file of filesIn(files)) {
		const uploaded = await uploadFile(session, upload, file, timeoutMs);
		if (!uploaded.ok) return uploaded;
		addresses.set(file, uploaded.value);
	}
	const addressOf = (file: ImageFile | undefined) => file && addresses.get(file);
	const references = files.referenceImageUrls?.flatMap((file) => addressOf(file) ?? []) ?? [];
	return success({
		...request,
		imageUrl: addressOf(files.imageUrl) ?? request.imageUrl,
		endFrameUrl: addressOf(files.endFrameUrl) ?? request.endFrameUrl,
		...(references.length > 0
			? { referenceImageUrls: [...(request.referenceImageUrls ?? []), ...references] }
			: {}),
	});
}

/** The file names are replaced, because the same picture under another name is the same request. */
function unnamed({ imageUrl, endFrameUrl, referenceImageUrls }: Files): Files {
	const rename = (image: ImageFile): ImageFile => ({
		...image,
		fileName: image.mimeType.replace('/', '.'),
	});
	return {
		imageUrl: imageUrl && rename(imageUrl),
		endFrameUrl: endFrameUrl && rename(endFrameUrl),
		referenceImageUrls: referenceImageUrls?.map(rename),
	};
}
