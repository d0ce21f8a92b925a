import type { Capabilities, Model, PricedRequest } from '../../nodes/Seedance/core/model';
import { estimateCost, type Estimate } from '../../nodes/Seedance/core/price';
import type { Mode } from '../../nodes/Seedance/core/request';
import { providers } from '../../nodes/Seedance/providers';
import { table } from './table.ts';

const HEAD = [
	'Provider',
	'Model',
	'Mode',
	'Seconds',
	'Resolution',
	'Aspect ratio',
	'Audio',
	'Image as',
	'Extras',
	'Price',
];

/** What each model can do, from its row; bold is what the form starts with. */
export function renderModels(): string {
	const rows = providers.flatMap((provider) =>
		provider.models.flatMap((model) =>
			Object.entries(model.modes).map(([mode, can]) => [
				provider.name,
				model.name,
				modeName(mode as Mode, model),
				secondsOf(can),
				choices(can.resolution),
				choices(can.aspectRatio) + only(can.aspectRatio?.imageInput),
				can.audio ? (can.audio.default ? 'on' : 'off') : '–',
				can.image?.inputs.map((input) => INPUTS[input]).join(', ') ?? '–',
				extrasOf(can),
				priceOf(model, can),
			]),
		),
	);
	return table(HEAD, merged(rows));
}

const MODE_COLUMN = HEAD.indexOf('Mode');

/** Modes of a model that differ in nothing else share a row. */
function merged(rows: readonly string[][]): string[][] {
	const byRest = new Map<string, string[]>();
	for (const row of rows) {
		const rest = JSON.stringify(row.with(MODE_COLUMN, ''));
		const same = byRest.get(rest);
		const mode = row[MODE_COLUMN] ?? '';
		byRest.set(rest, same ? same.with(MODE_COLUMN, `${same[MODE_COLUMN]}, ${mode}`) : row);
	}
	return [...byRest.values()];
}

const INPUTS = { url: 'URL', binary: 'file' };

const SOURCES: Record<Mode, string> = {
	textToVideo: 'text',
	imageToVideo: 'image',
	referenceToVideo: 'references',
	draftToVideo: 'draft',
};

const modeName = (mode: Mode, { makes }: Model) => `${SOURCES[mode]} to ${makes}`;

const bold = (value: string | number, usual: string | number) =>
	value === usual ? `**${value}**` : String(value);

const choices = (choice: { values: readonly string[]; default: string } | undefined) =>
	choice?.values.map((value) => bold(value, choice.default)).join(', ') ?? '–';

const only = (input: keyof typeof INPUTS | undefined) => (input ? ` (${INPUTS[input]} only)` : '');

function secondsOf({ duration }: Capabilities): string {
	if (!duration) return '–';
	if ('values' in duration) {
		return duration.values.map((value) => bold(value, duration.default)).join(', ');
	}
	return `${duration.min}–${duration.max}, **${duration.default}**`;
}

function extrasOf(can: Capabilities): string {
	const { cameraLock, endFrameUrl, endFrameBinaryField, seed, skipModeration } = can;
	const { referenceImageUrls, referenceVideoUrls, referenceAudioUrls, task } = can;
	const references = [
		referenceImageUrls && `${referenceImageUrls.max} images`,
		referenceVideoUrls && `${referenceVideoUrls.max} videos`,
		referenceAudioUrls && `${referenceAudioUrls.max} sounds`,
	].filter(Boolean);
	const extras = [
		references.length > 0 && `up to ${references.join(', ')}`,
		task && 'edit and extend',
		cameraLock && `camera lock, ${cameraLock.default ? 'on' : 'off'}${only(cameraLock.imageInput)}`,
		endFrameUrl && `end frame${only(endFrameUrl.imageInput)}`,
		endFrameBinaryField && 'end frame as a file',
		can.returnLastFrame && 'last frame',
		can.serviceTier && 'flex tier',
		can.draft && 'draft',
		can.watermark && 'watermark, off',
		seed && `seed ${seed.min}–${seed.max}`,
		skipModeration && 'skip moderation',
	];
	return extras.filter(Boolean).join('; ') || '–';
}

/** The price of the shortest, the usual and the longest video, from the cheapest to the dearest settings. */
function priceOf(model: Model, can: Capabilities): string {
	const { credits, usd, perSecond } = model.price;
	if (credits) return `${amountsOf(model, can, 'creditsEstimated', String)} credits`;
	if (usd) return `US$ ${amountsOf(model, can, 'costUsdEstimated', asDollars)}`;
	return perSecond === undefined ? 'not public' : `about US$${perSecond.toFixed(2)} a second`;
}

/** To the cent, or to a tenth of it if that is more exact. */
const asDollars = (usd: number) => usd.toFixed(3).replace(/0$/, '');

function amountsOf(
	model: Model,
	can: Capabilities,
	currency: keyof Estimate,
	shown: (amount: number) => string,
): string {
	const amount = (request: PricedRequest) => estimateCost(model, request)[currency] ?? 0;
	if (!can.duration) return shown(amount({ resolution: can.resolution?.default }));
	return secondsList(can)
		.map((duration) => {
			const amounts = settingsOf(can).map((settings) => amount({ ...settings, duration }));
			const [low, high] = [shown(Math.min(...amounts)), shown(Math.max(...amounts))];
			return `${duration} s ${low === high ? low : `${low}–${high}`}`;
		})
		.join(' · ');
}

function secondsList({ duration }: Capabilities): number[] {
	if (!duration) return [];
	if ('values' in duration) return [...duration.values];
	return [...new Set([duration.min, duration.default, duration.max])];
}

/** Every combination that may change the price. */
function settingsOf({ resolution, audio }: Capabilities): PricedRequest[] {
	const sounds = audio ? [false, true] : [undefined];
	return (resolution?.values ?? [undefined]).flatMap((value) =>
		sounds.map((sound) => ({ resolution: value, audio: sound })),
	);
}
