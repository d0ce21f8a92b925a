import type { JobFailure } from '../../core/job';

// The codes of errors, of failed requests and of failed tasks alike. [doc]

/** What moderation found, and what to do. A code is compared with the beginnings, the longest first. */
const MODERATION: ReadonlyArray<[RegExp, string]> = [
	[
		/PrivacyInformation/,
		'it shows a real person, which Seedance 2.x refuses. Use an image or video without a recognisable face.',
	],
	[
		/^OutputAudio/,
		'the sound of the finished video may be sensitive. Turn Generate Audio off, or change the text.',
	],
	[
		/^(Input|Output).*PolicyViolation/,
		'it may violate a copyright. Change the text or the images.',
	],
	[/^InputText/, 'the text may be sensitive. Change the text.'],
	[/^InputImage/, 'an image may be sensitive. Use another image.'],
	[/^InputVideo/, 'a reference video may be sensitive. Use another video.'],
	[/^InputAudio/, 'a reference sound may be sensitive. Use another sound.'],
	[/^OutputImage/, 'the finished image may be sensitive. Change the text or the images.'],
	[/^Output/, 'the finished video may be sensitive. Change the text or the images.'],
	[
		/^(SensitiveContent|ContentSecurity)/,
		'the content may be sensitive. Change the text or the images.',
	],
];

/** The task of Seedance 2.5 did not fit the references. */
const TASKS: ReadonlyArray<[RegExp, string]> = [
	[
		/TaskTypeConstraint/,
		'The model took this for an edit or a continuation of the video. Both need adaptive in Aspect Ratio, and an edit needs -1 in Duration. Otherwise choose Reference in Task.',
	],
	[
		/TaskTypeMismatch/,
		'The model took the text for another task than the one in Task. Change the text, or choose Automatic.',
	],
];

/** A moderated task costs nothing. [doc] */
export function wordsOf(code: string): string | undefined {
	const found = MODERATION.find(([pattern]) => pattern.test(code));
	if (found) return `The moderation of ModelArk refused this: ${found[1]}`;
	return TASKS.find(([pattern]) => pattern.test(code))?.[1];
}

/** In the user's words, then in those of the provider. */
export function inWords({ code, message }: JobFailure): JobFailure {
	// Some messages name the sound, while the code names the video. [pub]
	const isSound = /^Output/.test(code) && /output audio/i.test(message);
	const words = wordsOf(isSound ? 'OutputAudio' : code);
	return { code, message: words ? `${words} (${message})` : message };
}
