import type { ImageMimeType } from './image';

export type Mode = 'textToVideo' | 'imageToVideo' | 'referenceToVideo' | 'draftToVideo';

/** How an image is given: by its address, or as a file of the item. */
export type ImageInput = 'url' | 'binary';

export type ServiceTier = 'default' | 'flex';

/** A duration that the model chooses. */
export const MODEL_DECIDES = -1;

/** An image, loaded into memory for its upload. */
export interface ImageFile {
	bytes: Buffer;
	mimeType: ImageMimeType;
	fileName: string;
}

/** What the user wants, validated against the model's row. Each field has the same name and type for every provider. */
export interface MediaRequest {
	model: string;
	mode: Mode;
	/** Optional for some modes, where an image says enough. */
	prompt?: string;
	/** Whole seconds; `MODEL_DECIDES` if the model decides. Only videos have a duration. */
	duration?: number;
	/** `adaptive` if it follows the input, or if the model decides. */
	aspectRatio?: string;
	resolution?: string;
	audio?: boolean;
	cameraLock?: boolean;
	/** A whole number. 0 is valid. */
	seed?: number;
	skipModeration?: boolean;
	/** The first frame, given by its address. */
	imageUrl?: string;
	/** The first frame, given as the name of a binary field of the item. */
	imageBinaryField?: string;
	/** The last frame, given by its address or as the name of a binary field. */
	endFrameUrl?: string;
	endFrameBinaryField?: string;
	/** What the video is made from, in this order: first the addresses, then the files of the item. */
	referenceImageUrls?: readonly string[];
	/** Names of binary fields of the item. */
	referenceBinaryFields?: readonly string[];
	referenceVideoUrls?: readonly string[];
	referenceAudioUrls?: readonly string[];
	/** What to do with the references. */
	task?: string;
	/** The job ID of a finished draft, for its final version. */
	draftJobId?: string;
	/** A cheap preview, of which a final version can be made. */
	draft?: boolean;
	/** Whether the provider also returns the last frame as an image. */
	returnLastFrame?: boolean;
	/** Whether the video is marked as made by an AI. */
	watermark?: boolean;
	/** `flex`: cheaper, but it can take hours. */
	serviceTier?: ServiceTier;
	/** The contents of the binary fields, loaded for the submit. */
	files?: Files;
	/** The provider's own ID of a model or endpoint, sent as it is. */
	modelId?: string;
	/** Returned unchanged by the provider. */
	metadata?: Record<string, unknown>;
	/** Where the provider calls when the job settles. */
	callbackUrl?: string;
}

/** The image files of an item. The names are those of the addresses that a provider with uploads gives them. */
export interface Files {
	imageUrl?: ImageFile;
	endFrameUrl?: ImageFile;
	referenceImageUrls?: readonly ImageFile[];
}

/** The fields that a user fills in; `requestFields` has a row for each. */
export interface FieldValues extends Required<Omit<MediaRequest, 'model' | 'mode' | 'files'>> {
	imageInput: ImageInput;
}
export type FieldName = keyof FieldValues;

/** Values of any type from the form or from expressions, before validation. */
export type RawRequest = Partial<Record<FieldName, unknown>>;
