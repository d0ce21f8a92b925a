import type { Capabilities, Model, PricedRequest } from '../../nodes/Seedance/core/model';
import { estimateCost } from '../../nodes/Seedance/core/price';
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
	return table(HEAD, rows);
}

const INPUTS = { url: 'URL', binary: 'file' };

const modeName = (mode: Mode, { makes }: Model) =>
	`${mode === 'textToVideo' ? 'text' : 'image'} to ${makes}`;

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
	const { cameraLock, endFrameUrl, seed, skipModeration } = can;
	const extras = [
		cameraLock && `camera lock, ${cameraLock.default ? 'on' : 'off'}${only(cameraLock.imageInput)}`,
		endFrameUrl && `end frame${only(endFrameUrl.imageInput)}`,
		seed && `seed ${seed.min}–${seed.max}`,
		skipModeration && 'skip moderation',
	];
	return extras.filter(Boolean).join('; ') || '–';
}

/** Credits of the shortest, the usual and the longest video, from the cheapest to the dearest settings. */
function priceOf(model: Model, can: Capabilities): string {
	const { perSecond = 0 } = model.price;
	const credits = (request: PricedRequest) => estimateCost(model, request).creditsEstimated ?? 0;
	if (estimateCost(model, {}).creditsEstimated === null)
		return `about US$${perSecond.toFixed(2)} a second`;
	if (model.makes === 'image') return `${credits({})} credits`;
	const lengths = secondsList(can).map((duration) => {
		const amounts = settingsOf(can).map((settings) => credits({ ...settings, duration }));
		const [low, high] = [Math.min(...amounts), Math.max(...amounts)];
		return `${duration} s ${low === high ? low : `${low}–${high}`}`;
	});
	return `${lengths.join(' · ')} credits`;
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
