import type { ImageLimits } from './image';
import type { ImageInput, MediaRequest, Mode, ServiceTier } from './request';

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
	/** Required, unless the other inputs say enough. */
	prompt?: { maxLength: number; optional?: true };
	/** The first frame: the supported kinds of input, the default first. Without `limits`, the default limits apply. */
	image?: { inputs: readonly [ImageInput, ...ImageInput[]]; limits?: ImageLimits };
	/** Length of the video in whole seconds. With `orModel`, the model can decide (`MODEL_DECIDES`). */
	duration?: (Range & { default: number; orModel?: true }) | Choice<number>;
	resolution?: Choice<string>;
	aspectRatio?: Choice<string> & Conditional;
	audio?: { default: boolean };
	cameraLock?: { default: boolean } & Conditional;
	/** A missing seed means a random one. */
	seed?: Range;
	/** The last frame, given by its address. */
	endFrameUrl?: Conditional;
	/** The last frame as a file, with the limits of the first frame. */
	endFrameBinaryField?: Conditional;
	/** How many references of each kind are possible. */
	referenceImageUrls?: { max: number; limits?: ImageLimits };
	referenceBinaryFields?: { max: number; limits?: ImageLimits };
	referenceVideoUrls?: { max: number };
	referenceAudioUrls?: { max: number };
	task?: Choice<string>;
	draftJobId?: true;
	draft?: { default: boolean };
	returnLastFrame?: { default: boolean };
	watermark?: { default: boolean };
	/**
	 * With `longestMinutes`, a tier in which the provider may keep a job in its queue for that long, which is longer than a
	 * node usually waits.
	 */
	serviceTier?: Choice<ServiceTier> & {
		readonly longestMinutes?: Readonly<Partial<Record<ServiceTier, number>>>;
	};
	skipModeration?: { default: boolean };
	/** A model's or endpoint's own ID can be given, for one that is newer than this package. */
	modelId?: { placeholder: string };
	/** The rules between fields that this request breaks, each in one sentence that says what to do. */
	conflicts?(request: MediaRequest): readonly string[];
}

/** The price of a finished job. */
export interface Price {
	/** The price of a request in credits; absent if the provider bills in money. */
	credits?: (request: PricedRequest) => number;
	/**
	 * What a credit costs, in US dollars; a cent if absent. The readings of such a provider's replies say `costUsd`
	 * themselves.
	 */
	usdPerCredit?: number;
	/** The same in US dollars; absent if the provider bills in credits, or publishes no prices. */
	usd?: (request: PricedRequest) => number;
	/**
	 * The price per second with the default settings, in the currency of the provider's balance. Get Credits uses it.
	 */
	perSecond?: number;
}
/** What a price can depend on. Where the model decides about the duration or the ratio, the price is the highest. */
export type PricedRequest = Partial<
	Pick<
		MediaRequest,
		| 'mode'
		| 'duration'
		| 'resolution'
		| 'aspectRatio'
		| 'audio'
		| 'referenceVideoUrls'
		| 'serviceTier'
		| 'draft'
	>
>;

export interface Model {
	id: string;
	name: string;
	/** What the form says about it. */
	note?: string;
	makes: 'video' | 'image';
	modes: Partial<Record<Mode, Capabilities>>;
	price: Price;
	/** How long a job usually takes, in seconds, for providers that give no estimate with each job. */
	typicalSeconds?: number;
	/** The reply to the submit is the finished result. There is no job that could be asked for or called back about. */
	isSynchronous?: true;
}
