import { shorten } from './parameters';

/**
 * Kept on the unfinished job, so that a user whose wait timed out sees the unknown status word.
 *
 * @returns null if the word is known
 */
export function unknownStatusFailure(
	word: string | undefined,
): Record<'code' | 'message', string> | null {
	if (word === undefined) return null;
	return {
		code: 'unknown_status',
		message: `The provider reports the status "${shorten(word, 60)}", which this version of the nodes does not know. Check Status can look the job up again later.`,
	};
}
