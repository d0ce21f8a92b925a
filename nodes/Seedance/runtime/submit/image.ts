import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { checkImageBytes, type ImageLimits } from '../../core/image';
import type { ImageFile, MediaRequest } from '../../core/request';
import { requestFields } from '../../core/requestFields';

type Loader = () => Promise<Outcome<ImageFile>>;

/**
 * Validates the bytes of an item's image file before anything is submitted, and returns a function that loads it for
 * the submit. That way, the files of all items of a run are not in memory at the same time.
 */
export async function checkImage(
	ctx: IExecuteFunctions,
	{ imageBinaryField: field }: MediaRequest,
	limits: ImageLimits | undefined,
	itemIndex: number,
): Promise<Outcome<Loader | undefined>> {
	if (field === undefined) return success(undefined);
	const load: Loader = async () => await loadImage(ctx, field, limits, itemIndex);
	const image = await load();
	return image.ok ? success(load) : image;
}

async function loadImage(
	ctx: IExecuteFunctions,
	field: string,
	limits: ImageLimits | undefined,
	itemIndex: number,
): Promise<Outcome<ImageFile>> {
	let data: IBinaryData;
	let bytes: Buffer;
	try {
		data = ctx.helpers.assertBinaryData(itemIndex, field);
		bytes = await ctx.helpers.getBinaryDataBuffer(itemIndex, field);
	} catch {
		return refused(field, 'the item has no file of this name. Allowed: the name of a binary field');
	}
	const checked = checkImageBytes(bytes, bytes.length, limits);
	if ('problem' in checked) return refused(field, checked.problem);
	const { mimeType } = checked;
	const fileName = data.fileName ?? `image.${mimeType.slice('image/'.length)}`;
	return success({ bytes, mimeType, fileName });
}

const refused = (field: string, problem: string) =>
	failure(inputFault(`${requestFields.imageBinaryField.label} "${field}": ${problem}.`));
