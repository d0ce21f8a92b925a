// Looks for secrets in a folder of n8n: its logs, its SQLite database as bytes and row by row, stored files.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Secrets } from './secrets.ts';

/** To be called when nobody writes there any more. */
export function searchFolder(secrets: Secrets, folder: string): void {
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const file = path.join(folder, name);
		// Programs, and not data of theirs.
		if (name.split(path.sep).includes('node_modules') || !statSync(file).isFile()) continue;
		secrets.search(readFileSync(file), name);
		if (name.endsWith('.sqlite')) searchRows(secrets, file, name);
	}
}

/** A long value lies in pieces among the bytes of the file: here, it is whole. */
function searchRows(secrets: Secrets, file: string, name: string): void {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
		for (const { name: table } of tables) {
			const rows = database.prepare(`SELECT * FROM "${String(table)}"`).all();
			for (const row of rows) {
				for (const [column, value] of Object.entries(row)) {
					const text = value instanceof Uint8Array ? Buffer.from(value) : String(value);
					secrets.search(text, `${name}, table ${String(table)}, column ${column}`);
				}
			}
		}
	} finally {
		database.close();
	}
}
