// Looks for the keys and secrets of the tests in whatever a user, a log or a database could show, in any of the forms in
// which a program lets one out without noticing.

import { inspect } from 'node:util';

/** Shorter ones, such as "wrong", are a part of any text. */
const MIN_LENGTH = 8;
/** So much of its end gives a key away; the beginnings of all keys are the same. */
const TAIL_LENGTH = 12;

const SECRET_FIELD = /key|secret|token|password/i;

/** How one secret looks, by the name of the form. */
function formsOf(secret: string): Array<[form: string, text: string]> {
	const bytes = Buffer.from(secret);
	const hex = bytes.toString('hex');
	const escapes = [...secret].map(
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	const forms: Array<[string, string]> = [
		['plain', secret.length > TAIL_LENGTH ? secret.slice(-TAIL_LENGTH) : secret],
		['backwards', [...secret].reverse().join('')],
		['hex', hex],
		['hex in upper case', hex.toUpperCase()],
		['URL-encoded', encodeURIComponent(secret)],
		['JSON with its slashes escaped', secret.replaceAll('/', '\\/')],
		['JSON in Unicode escapes', escapes.join('')],
	];
	for (const before of [0, 1, 2]) {
		const core = base64Within(bytes, before);
		forms.push(['base64', core], ['base64url', core.replaceAll('+', '-').replaceAll('/', '_')]);
	}
	return forms;
}

/** The characters of base64 that this secret alone decides, where so many bytes (modulo 3) come before it. */
function base64Within(bytes: Buffer, before: number): string {
	const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
	const end = Math.floor(((before + bytes.length) * 8) / 6);
	return text.slice(Math.ceil((before * 8) / 6), end);
}

/** The secrets of one test, stage or cluster. */
export class Secrets {
	readonly #forms = new Map<string, Array<[string, string]>>();
	/** Where secrets have been found, in words without them. */
	readonly leaks: string[] = [];

	/** Those in the data of credentials; by its names, a field holds one or not. */
	addCredential(data: Record<string, unknown>): void {
		for (const [name, value] of Object.entries(data)) {
			if (!SECRET_FIELD.test(name) || typeof value !== 'string') continue;
			const secret = value.trim();
			if (secret.length < MIN_LENGTH || this.#forms.has(secret)) continue;
			this.#forms.set(secret, formsOf(secret));
		}
	}

	/** Notes what is found; `leaks` and `assertNone` tell. @param place in words, for the message */
	search(text: string | Buffer, place: string): void {
		let number = 0;
		for (const [secret, forms] of this.#forms) {
			number += 1;
			const found = forms.find(([, form]) => text.includes(form));
			if (!found) continue;
			const which = `secret ${number} (${secret.length} characters)`;
			const leak = `${which} as ${found[0]}, in ${place}`;
			if (!this.leaks.includes(leak)) this.leaks.push(leak);
		}
	}

	/** The same in a value with all that hangs on it: an error's stack and cause, fields that JSON leaves out. */
	searchWhole(value: unknown, place: string): void {
		const everything = { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null };
		this.search(inspect(value, everything), place);
	}

	/** @throws Error that names the places, and not the secrets */
	assertNone(): void {
		const [...found] = this.leaks.splice(0);
		if (found.length > 0) throw new Error(`A secret got out:\n${found.join('\n')}`);
	}
}
