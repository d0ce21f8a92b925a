import type { ImageMimeType } from './image';

export type Mode = 'textToVideo' | 'imageToVideo';

/** How an image is given: by its address, or as a file of the item. */
export type ImageInput = 'url' | 'binary';

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
	prompt: string;
	/** Whole seconds. Only videos have a duration. */
	duration?: number;
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
	/** The content of `imageBinaryField`, loaded for the submit. */
	imageFile?: ImageFile;
	/** The last frame, given by its address. */
	endFrameUrl?: string;
	/** The provider's own ID of a model or endpoint, sent as it is. */
	modelId?: string;
	/** Returned unchanged by the provider. */
	metadata?: Record<string, unknown>;
	/** Where the provider calls when the job settles. */
	callbackUrl?: string;
}

/** The fields that a user fills in; `requestFields` has a row for each. */
export interface FieldValues extends Required<Omit<MediaRequest, 'model' | 'mode' | 'imageFile'>> {
	imageInput: ImageInput;
}
export type FieldName = keyof FieldValues;

/** Values of any type from the form or from expressions, before validation. */
export type RawRequest = Partial<Record<FieldName, unknown>>;
