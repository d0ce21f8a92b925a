import type { ImageMimeType } from './image';

export type Mode = 'textToVideo' | 'imageToVideo';

/** How an image comes: by its address, or as a file of the item. */
export type ImageInput = 'url' | 'binary';

/** An image, loaded into memory for its upload. */
export interface ImageFile {
	bytes: Buffer;
	mimeType: ImageMimeType;
	fileName: string;
}

/** What the user wants, checked against the model's row. One name and one type for every provider. */
export interface MediaRequest {
	model: string;
	mode: Mode;
	prompt: string;
	/** Whole seconds; a video has them, an image has not. */
	duration?: number;
	aspectRatio?: string;
	resolution?: string;
	audio?: boolean;
	cameraLock?: boolean;
	/** A whole number; 0 is one. */
	seed?: number;
	skipModeration?: boolean;
	/** The first frame, by its address. */
	imageUrl?: string;
	/** The first frame, as the name of a file of the item… */
	imageBinaryField?: string;
	/** …and loaded for the submit. */
	imageFile?: ImageFile;
	/** The last frame, by its address. */
	endFrameUrl?: string;
	/** Echoed by the provider. */
	metadata?: Record<string, unknown>;
	/** Where the provider calls when the job settles. */
	callbackUrl?: string;
}

/** The fields that a user fills in. */
export type FieldName = Exclude<keyof MediaRequest, 'model' | 'mode' | 'imageFile'> | 'imageInput';

/** What the form or an expression gave, of any type, before the check. */
export type RawRequest = Partial<Record<FieldName, unknown>>;
