import type { MediaRequest } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

/** "3 to 20,000 characters" (2.x). [doc] */
const MIN_PROMPT = 3;

export const longEnough = ({ prompt }: MediaRequest): string[] =>
	prompt !== undefined && [...prompt].length < MIN_PROMPT
		? [`Prompt: "${prompt}" is too short. Allowed: at least ${MIN_PROMPT} characters.`]
		: [];
