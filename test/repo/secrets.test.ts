/** The search for secrets in everything that the suites leave behind: what it finds, and what it says then. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { searchFolder } from '../secrets/folder.ts';
import { Secrets } from '../secrets/secrets.ts';

const apiKey = 'sk-live/ab+cd=ef-0123456789';

function searching(data: Record<string, unknown> = { apiKey }): Secrets {
	const secrets = new Secrets();
	secrets.addCredential(data);
	return secrets;
}

function found(text: string | Buffer, data?: Record<string, unknown>): string[] {
	const secrets = searching(data);
	secrets.search(text, 'a log');
	return secrets.leaks;
}

const around = (before: number, text: string) =>
	Buffer.from(`${'x'.repeat(before)}${text}:and more`);

describe('a secret is found', () => {
	it.each<[string, string | Buffer]>([
		['plain', `Bearer ${apiKey}.`],
		['plain', Buffer.from(`\0\x01${apiKey}\xff`)],
		['plain', `…${apiKey.slice(-12)}`],
		['backwards', [...apiKey].reverse().join('')],
		['hex', around(0, apiKey).toString('hex')],
		['hex in upper case', around(1, apiKey).toString('hex').toUpperCase()],
		['base64', around(0, apiKey).toString('base64')],
		['base64', around(1, apiKey).toString('base64')],
		['base64', around(2, apiKey).toString('base64')],
		['base64', around(7, apiKey).toString('base64')],
		['base64', Buffer.from(apiKey).toString('base64')],
	])('%s in %p', (form, text) => {
		expect(found(text)).toEqual([`secret 1 (27 characters) as ${form}, in a log`]);
	});

	const odd = 'sk/?~>+ÿ/ab=cd=ef/+/';
	it.each<[string, string]>([
		['base64url', around(1, odd).toString('base64url')],
		['URL-encoded', `?key=${encodeURIComponent(odd)}`],
		['JSON with its slashes escaped', odd.replaceAll('/', '\\/')],
		[
			'JSON in Unicode escapes',
			odd.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
		],
	])('%s', (form, text) => {
		expect(found(text, { webhookSecret: odd })).toEqual([
			`secret 1 (20 characters) as ${form}, in a log`,
		]);
	});

	it('in any of the fields that hold one', () => {
		const data = { apiKey, webhookSecret: 'whsec_12345678', baseUrl: 'https://api.example.com/v1' };
		expect(found(`whsec_12345678 https://api.example.com/v1`, data)).toEqual([
			'secret 2 (14 characters) as plain, in a log',
		]);
	});
});

it.each([
	'sk-live/ab+cd=ef',
	apiKey.slice(-11),
	Buffer.from('sk-live/').toString('base64'),
	'a short one: wrong',
])('%p gives nothing away', (text) => {
	expect(found(text, { apiKey, token: 'wrong', password: '' })).toEqual([]);
});

it('is found in what hangs on an error', () => {
	const cause = Object.assign(new Error('No'), { config: { headers: { Authorization: apiKey } } });
	const error = new Error('It failed', { cause });
	Object.defineProperty(error, 'request', { value: { apiKey }, enumerable: false });
	const secrets = searching();
	secrets.search(JSON.stringify(error), 'its JSON');
	secrets.searchWhole(error, 'an error');
	secrets.searchWhole({ at: [{ stack: `at ${apiKey}` }] }, 'a list');
	expect(secrets.leaks.map((leak) => leak.replace(/^.* in /, ''))).toEqual(['an error', 'a list']);
});

it('says where, once, and never what', () => {
	const secrets = searching();
	for (const place of ['a log', 'a log', 'a file']) secrets.search(apiKey, place);
	const message =
		'A secret got out:\nsecret 1 (27 characters) as plain, in a log\nsecret 1 (27 characters) as plain, in a file';
	expect(() => secrets.assertNone()).toThrow(new Error(message));
	// It has been said.
	expect(() => secrets.assertNone()).not.toThrow();
});

describe('a folder of n8n', () => {
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'seedance-secrets-'))));
	afterEach(() => rmSync(folder, { recursive: true }));

	const leaksIn = () => {
		const secrets = searching();
		searchFolder(secrets, folder);
		return secrets.leaks.map((leak) => leak.replace(/^.* in /, ''));
	};
	const put = (name: string, text: string) => {
		mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
		writeFileSync(path.join(folder, name), text);
	};

	it('is searched in all files, however deep, but not in installed programs', () => {
		put('n8n.log', `line\n${apiKey}\n`);
		put('.n8n/binaryData/a/b', apiKey);
		put('.n8n/nodes/node_modules/package/index.js', apiKey);
		put('.n8n/config', 'nothing');
		expect(leaksIn().sort()).toEqual(['.n8n/binaryData/a/b', 'n8n.log']);
	});

	it('is searched in the rows of its database, where long values are in pieces', () => {
		const database = new DatabaseSync(path.join(folder, 'database.sqlite'));
		database.exec('CREATE TABLE execution_data (id, data)');
		const add = database.prepare('INSERT INTO execution_data VALUES (?, ?)');
		// At each place of a page once, so that one of them is cut.
		for (let length = 0; length < 40; length += 1)
			add.run(length, 'x'.repeat(8_160 + length) + apiKey);
		add.run(-1, Buffer.from(apiKey));
		database.close();
		expect(leaksIn()).toContain('database.sqlite, table execution_data, column data');
	});
});
