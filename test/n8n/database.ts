// n8n's own database (SQLite), which other processes may read.
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunningN8n } from './server.ts';

/** How many executions are stored, by status. */
export function countExecutions({ logFile }: RunningN8n): Record<string, number> {
	const file = path.join(path.dirname(logFile), '.n8n', 'database.sqlite');
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const query =
			'select status, count(*) as count from execution_entity where deletedAt is null group by status';
		const rows = database.prepare(query).all() as Array<{ status: string; count: number }>;
		return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
	} finally {
		database.close();
	}
}
