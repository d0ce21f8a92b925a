import type { IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { checkImageBytes, type ImageLimits } from '../../core/image';
import type { Capabilities } from '../../core/model';
import type { FieldName, Files, ImageFile, MediaRequest } from '../../core/request';
import { requestFields } from '../../core/requestFields';
import { fileOf } from '../items/binaryFile';

export type LoadFiles = () => Promise<Outcome<Files>>;

/** A binary field of the item, and the request field that names it. */
interface Source {
	binaryField: string;
	namedBy: FieldName;
	limits: ImageLimits | undefined;
}

/**
 * Validates the bytes of an item's image files before anything is submitted, and returns a function that loads them for
 * the submit. That way, the files of all items of a run are not in memory at the same time.
 */
export async function checkFiles(
	ctx: IExecuteFunctions,
	request: MediaRequest,
	can: Capabilities | undefined,
	itemIndex: number,
): Promise<Outcome<LoadFiles | undefined>> {
	const { imageBinaryField, endFrameBinaryField, referenceBinaryFields = [] } = request;
	if (!imageBinaryField && !endFrameBinaryField && referenceBinaryFields.length === 0) {
		return success(undefined);
	}
	const load = loaderOf(ctx, request, can, itemIndex);
	const loaded = await load();
	if (!loaded.ok) return loaded;
	const megabytes = sizeOf(loaded.value) / 1024 / 1024;
	const most = (can?.image?.limits ?? can?.referenceBinaryFields?.limits)?.maxTotalMegabytes;
	if (most === undefined || megabytes <= most) return success(load);
	return failure(
		inputFault(
			`The files of this item have ${megabytes.toFixed(1)} MB together. Allowed: up to ${most} MB.`,
			'Make the images smaller, or put them on the web and give their addresses.',
		),
	);
}

function loaderOf(
	ctx: IExecuteFunctions,
	{ imageBinaryField, endFrameBinaryField, referenceBinaryFields = [] }: MediaRequest,
	can: Capabilities | undefined,
	itemIndex: number,
): LoadFiles {
	const load = async (
		namedBy: FieldName,
		binaryFields: ReadonlyArray<string | undefined>,
		limits: ImageLimits | undefined,
	): Promise<Outcome<ImageFile[]>> => {
		const files: ImageFile[] = [];
		for (const binaryField of binaryFields) {
			if (binaryField === undefined) continue;
			const file = await loadImage(ctx, { binaryField, namedBy, limits }, itemIndex);
			if (!file.ok) return file;
			files.push(file.value);
		}
		return success(files);
	};
	const frames = can?.image?.limits;
	const references = can?.referenceBinaryFields?.limits;
	return async () => {
		const first = await load('imageBinaryField', [imageBinaryField], frames);
		if (!first.ok) return first;
		const last = await load('endFrameBinaryField', [endFrameBinaryField], frames);
		if (!last.ok) return last;
		const others = await load('referenceBinaryFields', referenceBinaryFields, references);
		if (!others.ok) return others;
		return success({
			imageUrl: first.value[0],
			endFrameUrl: last.value[0],
			referenceImageUrls: others.value.length > 0 ? others.value : undefined,
		});
	};
}

/** All files of an item. */
export const filesIn = ({ imageUrl, endFrameUrl, referenceImageUrls = [] }: Files): ImageFile[] =>
	[imageUrl, endFrameUrl, ...referenceImageUrls].filter((file) => file !== undefined);

const sizeOf = (files: Files): number =>
	filesIn(files).reduce((sum, { bytes }) => sum + bytes.length, 0);

const NO_FILE = 'the item has no file of this name. Allowed: the name of a binary field';
/** It may have been deleted, or the store may not be reachable now. n8n's reason may name a path of the server. */
const UNREADABLE =
	'n8n cannot read this file from its storage. Run the node that made the file again';

async function loadImage(
	ctx: IExecuteFunctions,
	source: Source,
	itemIndex: number,
): Promise<Outcome<ImageFile>> {
	const { binaryField, limits } = source;
	const file = fileOf(ctx, itemIndex, binaryField);
	if (!file) return refused(source, NO_FILE);
	const reading = ctx.helpers.getBinaryDataBuffer(itemIndex, binaryField);
	const bytes = await reading.catch(() => undefined);
	if (!bytes) return refused(source, UNREADABLE);
	const checked = checkImageBytes(bytes, bytes.length, limits);
	if ('problem' in checked) return refused(source, checked.problem);
	const { mimeType } = checked;
	const fileName = file.fileName ?? `image.${mimeType.slice('image/'.length)}`;
	return success({ bytes, mimeType, fileName });
}

const refused = ({ namedBy, binaryField }: Source, problem: string) =>
	failure(inputFault(`${requestFields[namedBy].label} "${binaryField}": ${problem}.`));
