/** Something that the person at the keyboard can do something about: shown as its sentence, without a stack trace. */
export class Problem extends Error {
	override readonly name = 'Problem';
}
