import type { JobFailure } from '../../core/job';
import { readFailure } from '../../core/replies';

/** By the text of a failure, because the codes say no more than "422". [pub] */
const FAILURES: ReadonlyArray<[RegExp, string]> = [
	[
		/real (person|people|human)|likeness|privacy|face/i,
		'The moderation refused this: an image or video may show a real person, which Seedance 2.x refuses. Use one without a recognisable face',
	],
	[
		/copyright|intellectual property/i,
		'The moderation refused this: it may violate a copyright. Change the text or the images',
	],
	[
		/prohibited|sensitive|moderat|policy|violat|nsfw|flagged|safety/i,
		'The moderation refused this: the text, an image or the finished video may be sensitive. Change the text or the images',
	],
];

/** In the user's words, then in those of kie.ai. */
export function inWords(
	text: string | null | undefined,
	code: string | null | undefined,
): JobFailure {
	const failure = readFailure(text, code);
	const words = text ? FAILURES.find(([pattern]) => pattern.test(text))?.[1] : undefined;
	return words ? { ...failure, message: `${words}. kie.ai says: ${failure.message}` } : failure;
}
