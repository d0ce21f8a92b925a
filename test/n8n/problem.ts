/** A problem that the user can solve: shown as one sentence, without a stack trace. */
export class Problem extends Error {
	override readonly name = 'Problem';
}
