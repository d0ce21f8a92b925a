import type { Mode } from './request';

/** One of a list. */
export interface Choice<T> {
	values: readonly T[];
	default: T;
}

/** A whole number from `min` to `max`, both allowed. */
export interface Range {
	min: number;
	max: number;
	default: number;
}

/**
 * What a model can do in one mode. A field that is absent does not exist there: presence is the capability.
 * The form, the check at run time, the estimate and the README's table all read this and nothing else.
 */
export interface Capabilities {
	prompt: { maxLength: number };
	/** Whole seconds of video. */
	duration: Range;
	aspectRatio?: Choice<string>;
	audio?: { default: boolean };
	/** The first frame, by its address. */
	imageUrl?: true;
}

export interface Model {
	id: string;
	name: string;
	modes: Partial<Record<Mode, Capabilities>>;
	price: { creditsPerSecond: number };
}
