export type Mode = 'textToVideo' | 'imageToVideo';

/** What the user wants, checked against the model's row. One name and one type for every provider. */
export interface VideoRequest {
	model: string;
	mode: Mode;
	prompt: string;
	/** Whole seconds. */
	duration: number;
	aspectRatio?: string;
	audio?: boolean;
	imageUrl?: string;
	/** Echoed by the provider. */
	metadata?: Record<string, unknown>;
	/** Where the provider calls when the job settles. */
	callbackUrl?: string;
}

/** The same before the check: what the form or an expression gave, of any type. */
export type RawRequest = { [Field in keyof Omit<VideoRequest, 'model' | 'mode'>]: unknown };
