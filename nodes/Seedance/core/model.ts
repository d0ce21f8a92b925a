import type { ImageLimits } from './image';
import type { ImageInput, Mode } from './request';

/** One value of a list. */
export interface Choice<T> {
	values: readonly T[];
	default: T;
}

/** A whole number from `min` to `max`, inclusive. */
export interface Range {
	min: number;
	max: number;
}

/**
 * If set, the field exists only for this kind of image input, because the provider's dialect for the other kind lacks
 * it.
 */
export interface Conditional {
	imageInput?: ImageInput;
}

/**
 * What a model can do in one mode. An absent field is not supported: presence is the capability. The form, the
 * validation at run time, the estimate and the README's table are all derived from this.
 */
export interface Capabilities {
	prompt: { maxLength: number };
	/** The first frame: the supported kinds of input, the default first. Without `limits`, the default limits apply. */
	image?: { inputs: readonly [ImageInput, ...ImageInput[]]; limits?: ImageLimits };
	/** Length of the video in whole seconds. */
	duration?: (Range & { default: number }) | Choice<number>;
	resolution?: Choice<string>;
	aspectRatio?: Choice<string> & Conditional;
	audio?: { default: boolean };
	cameraLock?: { default: boolean } & Conditional;
	/** A missing seed means a random one. */
	seed?: Range;
	/** The last frame, given by its address. */
	endFrameUrl?: Conditional;
	skipModeration?: { default: boolean };
	/** A model's or endpoint's own ID can be given, for one that is newer than this package. */
	modelId?: { placeholder: string };
}

/** The price of a finished job. */
export interface Price {
	/** The price of a request in credits; absent if the provider bills in money. */
	credits?(request: PricedRequest): number;
	/** The same in US dollars; absent if the provider bills in credits, or publishes no prices. */
	usd?(request: PricedRequest): number;
	/**
	 * The price per second with the default settings, in the currency of the provider's balance. Get Credits uses it.
	 */
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
	/** How long a job usually takes, in seconds, for providers that give no estimate with each job. */
	typicalSeconds?: number;
}
