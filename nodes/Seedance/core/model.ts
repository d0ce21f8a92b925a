import type { ImageLimits } from './image';
import type { ImageInput, Mode } from './request';

/** One of a list. */
export interface Choice<T> {
	values: readonly T[];
	default: T;
}

/** A whole number from `min` to `max`, both allowed. */
export interface Range {
	min: number;
	max: number;
}

/** Exists only when the image comes in this way: the provider's dialect for the other one lacks the field. */
export interface Conditional {
	imageInput?: ImageInput;
}

/**
 * What a model can do in one mode. A field that is absent does not exist there: presence is the capability.
 * The form, the check at run time, the estimate and the README's table all read this and nothing else.
 */
export interface Capabilities {
	prompt: { maxLength: number };
	/** The first frame; the ways it can come, the usual one first. Without limits of its own, the usual ones hold. */
	image?: { inputs: readonly ImageInput[]; limits?: ImageLimits };
	/** Whole seconds of video. */
	duration?: (Range & { default: number }) | Choice<number>;
	resolution?: Choice<string>;
	aspectRatio?: Choice<string> & Conditional;
	audio?: { default: boolean };
	cameraLock?: { default: boolean } & Conditional;
	/** Left out means a random one. */
	seed?: Range;
	/** The last frame, by its address. */
	endFrameUrl?: Conditional;
	skipModeration?: { default: boolean };
}

/** What a finished job costs. */
export interface Price {
	/** What a request costs, in credits; absent where the provider bills in money. */
	credits?(request: PricedRequest): number;
	/** The same in US dollars; absent where it bills in credits, or publishes no prices. */
	usd?(request: PricedRequest): number;
	/** Of the default settings, in the currency of the provider's balance; what Get Credits reckons with. */
	perSecond?: number;
}
/** The fields that a price can depend on. */
export interface PricedRequest {
	duration?: number;
	resolution?: string;
	aspectRatio?: string;
	audio?: boolean;
}

export interface Model {
	id: string;
	name: string;
	makes: 'video' | 'image';
	modes: Partial<Record<Mode, Capabilities>>;
	price: Price;
	/** What a job usually takes, in seconds, where the provider gives no estimate with each job. */
	typicalSeconds?: number;
}
