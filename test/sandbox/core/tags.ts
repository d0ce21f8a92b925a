/** Faults that a prompt requests: `[sandbox:slow]`, or several: `[sandbox:slow,no-url]`. */
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
	'late-validation',
	'image-urls',
	'image-plain-url',
	'batch-fewer',
	'batch-array',
	'batch-ids',
	'output-object',
	'output-array',
	'code-in-body',
	'expire',
	'audio-moderated',
	'policy',
	'task-type',
	'real-face',
	'refuse-text',
	'quota',
	'set-limit',
	'overloaded',
	'overdue',
	'not-open',
	'endpoints-only',
	'frame-jpeg',
	'image-error',
] as const;

export type Tag = (typeof TAGS)[number];

/** Tags that only exist in some dialects. All others exist in every dialect. */
const ONLY_IN: Partial<Record<Tag, string | readonly string[]>> = {
	'image-urls': 'unified',
	'image-plain-url': 'unified',
	'batch-fewer': 'unified',
	'batch-array': 'unified',
	'batch-ids': 'unified',
	'output-object': ['segmind', 'waveSpeed'],
	'output-array': 'segmind',
	'code-in-body': ['seedanceOrg', 'waveSpeed'],
	expire: 'modelArk',
	'audio-moderated': 'modelArk',
	policy: 'modelArk',
	'task-type': 'modelArk',
	'real-face': 'modelArk',
	'refuse-text': 'modelArk',
	quota: 'modelArk',
	'set-limit': 'modelArk',
	overloaded: 'modelArk',
	overdue: 'modelArk',
	'not-open': 'modelArk',
	'endpoints-only': 'modelArk',
	'frame-jpeg': 'modelArk',
	'image-error': 'modelArk',
};

const isTag = (word: string): word is Tag => (TAGS as readonly string[]).includes(word);

/**
 * The tags in a prompt. Names that do not exist (in this dialect) are returned in `unknown`: a misspelled tag must not
 * silently pass a test.
 */
export function tagsIn(
	prompt: string,
	dialect?: string,
): { tags: ReadonlySet<Tag>; unknown: string[] } {
	const words = [...prompt.matchAll(/\[sandbox:([^\]]*)\]/g)]
		.flatMap((match) => (match[1] ?? '').split(','))
		.map((word) => word.trim());
	const isKnown = (word: string): word is Tag =>
		isTag(word) && (dialect === undefined || [ONLY_IN[word] ?? dialect].flat().includes(dialect));
	return { tags: new Set(words.filter(isKnown)), unknown: words.filter((word) => !isKnown(word)) };
}
