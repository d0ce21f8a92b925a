import type { INodeProperties } from 'n8n-workflow';

/** The fields of Join Videos. */
export const joinProperties: INodeProperties[] = [
	{
		displayName: 'Input Binary Field',
		name: 'binaryField',
		type: 'string',
		default: 'video',
		required: true,
		placeholder: 'e.g. video',
		hint: 'The name of the input binary field with the clip',
		description:
			'The clips are joined in the order of the items. They need the same size, codec and pixel format, as clips of one model, resolution and aspect ratio have them.',
	},
	{
		displayName: 'Group By',
		name: 'groupBy',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.sku }}',
		description:
			'Items with the same text become one video. Leave it empty to make one video of all items.',
	},
	{
		displayName: 'Put File in Field',
		name: 'outputBinaryField',
		type: 'string',
		default: 'video',
		placeholder: 'e.g. video',
		hint: 'The name of the output binary field to put the file in',
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: 'film.mp4',
		placeholder: 'e.g. film.mp4',
		description: 'For each group, it is read from the first item',
	},
];
