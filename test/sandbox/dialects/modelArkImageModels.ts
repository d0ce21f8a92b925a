import { SEEDREAM_DOLLARS, SEEDREAM_MOST, SEEDREAM_SIZES } from '../decisions.ts';
import { invalid } from './modelArkError.ts';
import type { Region } from './modelArkModels.ts';

/** The image models of ModelArk. */

export interface SeedreamModel {
	/** Without the beginning that differs between the regions. */
	id: string;
	/** Beginning of the ID outside of China. */
	abroad: 'dola-' | '';
	/** Another ID outside of China for the same. */
	also?: string;
	kind: keyof typeof SEEDREAM_SIZES;
	/** [doc] Images that may be sent. */
	mostReferences: number;
	/** [doc] Least area in pixels. */
	leastArea: number;
	/** [doc] Takes `output_format`. */
	formats: boolean;
}

/** [doc]; [us] in China all have the same beginning, which is known of the first two. */
export const SEEDREAM_MODELS: readonly SeedreamModel[] = [
	{
		...{ id: 'seedream-5-0-pro-260628', abroad: 'dola-', kind: 'pro' },
		...{ mostReferences: 10, leastArea: 921_600, formats: true },
	},
	{
		...{ id: 'seedream-5-0-260128', abroad: '', also: 'seedream-5-0-lite-260128', kind: 'lite' },
		...{ mostReferences: 14, leastArea: 3_686_400, formats: true },
	},
	{
		...{ id: 'seedream-4-5-251128', abroad: '', kind: '4.5' },
		...{ mostReferences: 14, leastArea: 3_686_400, formats: false },
	},
	{
		...{ id: 'seedream-4-0-250828', abroad: '', kind: '4.0' },
		...{ mostReferences: 14, leastArea: 921_600, formats: false },
	},
];

export const seedreamId = (region: Region, { abroad, id }: SeedreamModel): string =>
	`${region === 'china' ? 'doubao-' : abroad}${id}`;

export const dollarsPerImage = ({ kind }: SeedreamModel): number => SEEDREAM_DOLLARS[kind];

/** Sides of a square of a size that has a word. */
const SIDES: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '3K': 3072, '4K': 4096 };

/** `WxH` in pixels. [us] A word means a square. */
export function pixelsOfSize(
	model: SeedreamModel,
	size: string = SEEDREAM_SIZES[model.kind][0],
): string {
	const words: readonly string[] = SEEDREAM_SIZES[model.kind];
	if (words.includes(size)) return `${SIDES[size]}x${SIDES[size]}`;
	const [, width, height] = (/^(\d+)x(\d+)$/.exec(size) ?? []).map(Number);
	if (!width || !height) throw invalid('size', `it must be ${words.join(', ')} or WxH`);
	const { area, ratio } = SEEDREAM_MOST;
	if (width * height < model.leastArea)
		throw invalid('size', `the image must have at least ${model.leastArea} pixels`);
	if (width * height > area) throw invalid('size', `the image must have at most ${area} pixels`);
	if (Math.max(width / height, height / width) > ratio)
		throw invalid('size', `no side may be longer than ${ratio} times the other`);
	return size;
}
