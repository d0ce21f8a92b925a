// As much of GraphQL as a stand-in needs to be strict: one operation with one root field, looked at word by word. What is
// not known is refused, and only what was asked for is answered.
import { z } from 'zod';
import { checked, Refusal } from './standin.ts';
import type { Received, Reply } from './standin.ts';

/** One field of Query or of Mutation. */
export interface RootField {
	kind: 'query' | 'mutation';
	/** What may stand in a document with it, in any order: fields, arguments and types. */
	words: string;
	/** May throw a Refusal. */
	run: (variables: unknown) => unknown;
}

const bodySchema = z.object({
	query: z.string(),
	variables: z.record(z.unknown()),
	operationName: z.string().nullish(),
});

/** GraphQL says what is wrong with a document with HTTP 200. */
export async function answerGraphql(
	fields: Record<string, RootField>,
	{ body }: Received,
): Promise<Reply> {
	try {
		const { query, variables } = checked(bodySchema, body);
		const { kind, root, words, asked } = readDocument(query, Object.keys(variables));
		const field = fields[root];
		if (field?.kind !== kind) throw new Refusal(400, `There is no ${kind} '${root}'`);
		const known = [root, ...wordsOf(field.words)];
		const unknown = words.filter((word) => !known.includes(word));
		if (unknown.length > 0) throw new Refusal(400, `'${unknown.join("', '")}' is not known here`);
		return { body: { data: { [root]: only(await field.run(variables), asked) } } };
	} catch (thrown) {
		if (!(thrown instanceof Refusal)) throw thrown;
		return { body: { errors: [{ message: thrown.message }] } };
	}
}

const DOCUMENT = /^\s*(query|mutation)\s+\w+\s*\(([^)]*)\)\s*\{\s*(\w+)([\s\S]*)\}\s*$/;

const ARGUMENT = /\w+\s*:\s*\$\w+/g;

function readDocument(query: string, given: string[]) {
	const [, kind, declarations = '', root, rest = ''] = DOCUMENT.exec(query) ?? [];
	if (!kind || !root || count(query, '{') !== count(query, '}')) {
		throw new Refusal(400, 'The document cannot be read');
	}
	const declared = variablesOf(declarations);
	const missing = variablesOf(rest).filter((name) => !declared.includes(name));
	if (missing.length > 0) throw new Refusal(400, `$${missing.join(', $')} is not declared`);
	const strange = given.filter((name) => !declared.includes(name));
	if (strange.length > 0) throw new Refusal(400, `$${strange.join(', $')} is not asked for`);
	const asked = wordsOf(rest.replace(ARGUMENT, ''));
	return { kind, root, words: wordsOf(`${declarations} ${root} ${rest}`), asked };
}

const count = (text: string, sign: string): number => text.split(sign).length - 1;

const variablesOf = (text: string): string[] =>
	[...text.matchAll(/\$(\w+)/g)].map(([, name]) => name!);

const wordsOf = (text: string): string[] => text.replace(/\$\w+/g, '').match(/\w+/g) ?? [];

/** What was asked for of an answer, at any depth. */
function only(value: unknown, asked: string[]): unknown {
	if (Array.isArray(value)) return value.map((each) => only(each, asked));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => asked.includes(name))
			.map(([name, each]) => [name, only(each, asked)]),
	);
}
