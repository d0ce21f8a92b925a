/** Misbehaviour that a prompt asks for: `[sandbox:slow]`, also several: `[sandbox:slow,no-url]`. */
export const TAGS = [
	'fail',
	'fail-text',
	'moderate',
	'slow',
	'never',
	'instant',
	'unknown-status',
	'no-url',
	'callback-twice',
	'callback-never',
	'callback-early',
	'callback-forged',
] as const;

export type Tag = (typeof TAGS)[number];

const isTag = (word: string): word is Tag => (TAGS as readonly string[]).includes(word);

/**
 * Tags in a prompt. Names that do not exist come back in `unknown`: a misspelled tag must not make a test
 * pass that tests nothing.
 */
export function tagsIn(prompt: string): { tags: ReadonlySet<Tag>; unknown: string[] } {
	const words = [...prompt.matchAll(/\[sandbox:([^\]]*)\]/g)]
		.flatMap((match) => (match[1] ?? '').split(','))
		.map((word) => word.trim());
	return { tags: new Set(words.filter(isTag)), unknown: words.filter((word) => !isTag(word)) };
}
