import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { AudioTrack, Clip, VideoTrack } from './clip';

/** A clip of a film. */
export interface NamedClip {
	clip: Clip;
	/** For messages: "item 1 (job task_abc)". */
	name: string;
}

/** A property that all clips of a film share, because it cannot change within a track. */
interface Shared<T> {
	/** The name of the property, and its value. */
	label: string;
	show: (track: T) => string;
}

const PICTURE: ReadonlyArray<Shared<VideoTrack>> = [
	{ label: 'the size', show: ({ width, height }) => `${width}×${height}` },
	{ label: 'the codec', show: ({ codec }) => codec },
	{ label: 'the pixel format', show: ({ pixelFormat }) => pixelFormat },
	{ label: 'the length of NALU lengths', show: ({ naluLengthSize }) => String(naluLengthSize) },
	{ label: 'the rotation', show: ({ matrix }) => matrix.join(' ') },
];
const AAC_TYPES: Readonly<Record<number, string>> = { 2: 'AAC-LC', 5: 'HE-AAC', 29: 'HE-AAC v2' };
const SOUND: ReadonlyArray<Shared<AudioTrack>> = [
	{
		label: 'the sound format',
		show: ({ objectType }) => AAC_TYPES[objectType] ?? `AAC of type ${objectType}`,
	},
	{ label: 'the sample rate', show: ({ rate }) => `${rate} Hz` },
	{ label: 'the number of channels', show: ({ channels }) => String(channels) },
	{ label: 'the packet length', show: ({ packetLength }) => String(packetLength) },
];

/** Whether the clips can be in one film. The encoders' other settings may differ. */
export function checkFit(clips: readonly NamedClip[]): Outcome<undefined> {
	const pictures = clips.map(({ clip, name }) => ({ track: clip.video, name }));
	const sounds = clips.flatMap(({ clip: { audio }, name }) =>
		audio ? [{ track: audio, name }] : [],
	);
	const problem = differenceIn(PICTURE, pictures) ?? differenceIn(SOUND, sounds);
	if (!problem) return success(undefined);
	return failure(
		inputFault(
			`The clips cannot be joined without encoding them again: ${problem}`,
			'Make all clips of a film with the same model, resolution and aspect ratio.',
		),
	);
}

function differenceIn<T>(
	properties: ReadonlyArray<Shared<T>>,
	tracks: ReadonlyArray<{ track: T; name: string }>,
): string | undefined {
	const [first] = tracks;
	if (!first) return undefined;
	for (const { label, show } of properties) {
		const expected = show(first.track);
		const others = tracks.filter(({ track }) => show(track) !== expected);
		if (others.length === 0) continue;
		const list = others.map(({ name, track }) => `${show(track)} in ${name}`).join(', ');
		return `${label} is ${expected} in ${first.name}, but ${list}`;
	}
	return undefined;
}
