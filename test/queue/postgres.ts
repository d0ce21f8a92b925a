// A PostgreSQL of our own, from the programs of this machine.
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installFolder } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import { cleanEnv, startProcess } from '../n8n/process.ts';
import type { RunningProcess } from '../n8n/process.ts';
import { HOST, pathFolders, startProblem, untilUp } from './program.ts';

/** PostgreSQL refuses to run as root; this user is on every Linux. */
const UNPRIVILEGED = { name: 'nobody', uid: 65534, gid: 65534 };

const POSTGRES_FOLDERS = ['/usr/lib/postgresql', '/usr/libexec/postgresql'];

/** @param folder its data goes there */
export async function openPostgres(folder: string, version: string) {
	const port = await anyFreePort();
	const data = path.join(folder, 'postgres');
	const user = 'n8n';
	mkdirSync(data, { mode: 0o700 });
	const asUser: string[] = [];
	if (process.getuid?.() === 0) {
		const { name, uid, gid } = UNPRIVILEGED;
		asUser.push('setpriv', `--reuid=${name}`, `--regid=${gid}`, '--clear-groups');
		chownSync(data, uid, gid);
		chownSync(folder, uid, gid);
	}
	const run = (program: string, ...args: string[]) => {
		const command = [path.join(postgresFolder() ?? '', program), '-D', data, ...args];
		const [first = '', ...rest] = [...asUser, ...command];
		return startProcess(first, rest, { cwd: data, env: cleanEnv() });
	};
	const made = run('initdb', '-U', user, '--auth=trust', '-E', 'UTF8', '--no-sync', '--locale=C');
	if ((await made.exited) !== 0) throw startProblem('PostgreSQL', made);
	const settings = ['fsync=off', 'max_connections=100', 'unix_socket_directories='];
	const url = `postgres://${user}@${HOST}:${port}/postgres`;
	// It opens its port before it takes anybody in.
	const answers = () =>
		query(version, new URL(url), 'SELECT 1').then(
			() => true,
			() => false,
		);
	let running: RunningProcess | undefined;
	const start = async () => {
		running = run(
			'postgres',
			...['-h', HOST, '-p', String(port)],
			...settings.flatMap((each) => ['-c', each]),
		);
		await untilUp(running, 'PostgreSQL', answers);
	};
	// As a restart of the service does it: connections are cut at once. SIGTERM would wait for them to end.
	const stop = async () => {
		if (running?.exitCode !== undefined) return;
		await run('pg_ctl', 'stop', '-m', 'fast').exited;
		await running?.stop();
	};
	await start();
	return { url, start, stop };
}

/** Where the server's programs are: Debian keeps them off the PATH. The newest version where there are several. */
export function postgresFolder(): string | undefined {
	const versions = POSTGRES_FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
		readdirSync(folder).map((version) => ({ version, bin: path.join(folder, version, 'bin') })),
	);
	versions.sort((a, b) => Number(b.version) - Number(a.version));
	const bins = [...versions.map(({ bin }) => bin), ...pathFolders()];
	return bins.find((bin) =>
		['initdb', 'postgres'].every((each) => existsSync(path.join(bin, each))),
	);
}

interface PgClient {
	connect(): Promise<void>;
	query(sql: string): Promise<{ rows: Array<Record<string, unknown>> }>;
	end(): Promise<void>;
}

/** All rows of all tables, each as one text; bytes are in hex. */
export async function* allRows(version: string, url: URL) {
	const select = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'";
	for (const { name } of await query(version, url, select)) {
		const table = String(name);
		const rows = await query(version, url, `SELECT t::text AS text FROM "${table}" t`);
		for (const { text } of rows) yield { table, text: String(text) };
	}
}

/** With the client that n8n brings along. */
export async function query(
	version: string,
	url: URL,
	sql: string,
): Promise<Array<Record<string, unknown>>> {
	const require = createRequire(
		path.join(installFolder(version), 'node_modules', 'n8n', 'index.js'),
	);
	const { Client } = require('pg') as {
		Client: new (options: { connectionString: string }) => PgClient;
	};
	const client = new Client({ connectionString: url.href });
	await client.connect();
	try {
		return (await client.query(sql)).rows;
	} finally {
		await client.end();
	}
}
