// PostgreSQL and Redis for n8n's queue mode: those of $DATABASE_URL and $REDIS_URL, else servers of this machine, started
// on free ports with data of their own that goes with them.
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../n8n/npm.ts';
import { installFolder } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import { Problem } from '../n8n/problem.ts';
import { cleanEnv, startProcess } from '../n8n/process.ts';
import type { RunningProcess } from '../n8n/process.ts';

export interface Servers {
	/** For every process of n8n. */
	readonly env: NodeJS.ProcessEnv;
	/** Undefined where Redis is not ours to stop. */
	readonly redis: { stop(): Promise<void>; start(): Promise<void> } | undefined;
	/** Ends what was started and removes its data. */
	stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_LIMIT_MS = 30_000;
/** PostgreSQL refuses to run as root; this user is on every Linux. */
const UNPRIVILEGED = { name: 'nobody', uid: 65534, gid: 65534 };

const POSTGRES_FOLDERS = ['/usr/lib/postgresql', '/usr/libexec/postgresql'];

/** @throws Problem that says in one sentence what to install */
export function checkServers(): void {
	const missing = [
		...(process.env.DATABASE_URL || postgresFolder() ? [] : ['PostgreSQL (or set DATABASE_URL)']),
		...(process.env.REDIS_URL || onPath('redis-server') ? [] : ['Redis (or set REDIS_URL)']),
	];
	if (missing.length === 0) return;
	throw new Problem(
		`The queue mode tests need ${missing.join(' and ')}: on Debian, "apt-get install postgresql redis-server".`,
	);
}

export async function startServers(version: string): Promise<Servers> {
	checkServers();
	// Not under .cache: the user that PostgreSQL runs as may not be let into this folder.
	const folder = mkdtempSync(path.join(tmpdir(), 'seedance-queue-'));
	const stops: Array<() => Promise<void>> = [
		() => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
	];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		const redis = process.env.REDIS_URL ? undefined : await openRedis(folder);
		if (redis) stops.push(redis.stop);
		const postgres = process.env.DATABASE_URL ? undefined : await openPostgres(folder, version);
		if (postgres) stops.push(postgres.stop);
		// A name of our own in servers that others may use as well.
		const name = `seedance_queue_${randomBytes(4).toString('hex')}`;
		const databaseUrl = new URL(process.env.DATABASE_URL ?? postgres!.url);
		await query(version, databaseUrl, `CREATE DATABASE ${name}`);
		stops.push(() => query(version, databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`));
		const redisUrl = new URL(process.env.REDIS_URL ?? redis!.url);
		return { env: { ...databaseEnv(databaseUrl, name), ...redisEnv(redisUrl, name) }, redis, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

const databaseEnv = (url: URL, name: string): NodeJS.ProcessEnv => ({
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: url.hostname,
	DB_POSTGRESDB_PORT: url.port || '5432',
	DB_POSTGRESDB_USER: decodeURIComponent(url.username),
	DB_POSTGRESDB_PASSWORD: decodeURIComponent(url.password),
	DB_POSTGRESDB_DATABASE: name,
});

const redisEnv = (url: URL, name: string): NodeJS.ProcessEnv => ({
	QUEUE_BULL_REDIS_HOST: url.hostname,
	QUEUE_BULL_REDIS_PORT: url.port || '6379',
	QUEUE_BULL_REDIS_DB: url.pathname.slice(1) || '0',
	QUEUE_BULL_REDIS_TLS: String(url.protocol === 'rediss:'),
	...(url.username && { QUEUE_BULL_REDIS_USERNAME: decodeURIComponent(url.username) }),
	...(url.password && { QUEUE_BULL_REDIS_PASSWORD: decodeURIComponent(url.password) }),
	QUEUE_BULL_PREFIX: name,
	N8N_REDIS_KEY_PREFIX: name,
});

async function openRedis(folder: string) {
	const port = await anyFreePort();
	const data = path.join(folder, 'redis');
	mkdirSync(data);
	// Every write is on disk before it is answered: what n8n has queued outlives a restart.
	const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
	const args = ['--bind', HOST, '--port', String(port), '--dir', data, ...durable];
	let running: RunningProcess | undefined;
	const start = async () => {
		running = startProcess('redis-server', args, { cwd: data, env: cleanEnv() });
		await untilUp(running, 'Redis', () => isOpen(port));
	};
	const stop = async () => {
		await running?.stop();
	};
	await start();
	return { url: `redis://${HOST}:${port}`, start, stop };
}

async function openPostgres(folder: string, version: string) {
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
	const running = run(
		'postgres',
		...['-h', HOST, '-p', String(port)],
		...settings.flatMap((each) => ['-c', each]),
	);
	const url = `postgres://${user}@${HOST}:${port}/postgres`;
	// It opens its port before it takes anybody in.
	const answers = () =>
		query(version, new URL(url), 'SELECT 1').then(
			() => true,
			() => false,
		);
	await untilUp(running, 'PostgreSQL', answers);
	return { url, stop: () => running.stop() };
}

/** Where the server's programs are: Debian keeps them off the PATH. The newest version where there are several. */
function postgresFolder(): string | undefined {
	const versions = POSTGRES_FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
		readdirSync(folder).map((version) => ({ version, bin: path.join(folder, version, 'bin') })),
	);
	versions.sort((a, b) => Number(b.version) - Number(a.version));
	const bins = [...versions.map(({ bin }) => bin), ...pathFolders()];
	return bins.find((bin) =>
		['initdb', 'postgres'].every((each) => existsSync(path.join(bin, each))),
	);
}

const pathFolders = (): string[] => (process.env.PATH ?? '').split(path.delimiter);

const onPath = (program: string): boolean =>
	pathFolders().some((folder) => existsSync(path.join(folder, program)));

interface PgClient {
	connect(): Promise<void>;
	query(sql: string): Promise<unknown>;
	end(): Promise<void>;
}

/** With the client that n8n brings along. */
async function query(version: string, url: URL, sql: string): Promise<void> {
	const require = createRequire(
		path.join(installFolder(version), 'node_modules', 'n8n', 'index.js'),
	);
	const { Client } = require('pg') as {
		Client: new (options: { connectionString: string }) => PgClient;
	};
	const client = new Client({ connectionString: url.href });
	await client.connect();
	try {
		await client.query(sql);
	} finally {
		await client.end();
	}
}

async function untilUp(
	running: RunningProcess,
	name: string,
	isUp: () => Promise<boolean>,
): Promise<void> {
	const deadline = Date.now() + START_LIMIT_MS;
	while (!(await isUp())) {
		if (running.exitCode !== undefined || Date.now() > deadline) throw startProblem(name, running);
		await sleep(50);
	}
}

const isOpen = (port: number): Promise<boolean> =>
	new Promise((resolve) => {
		const socket = connect(port, HOST);
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});

const startProblem = (name: string, running: RunningProcess): Problem =>
	new Problem(`${name} did not start. Its last lines:\n${lastLines(running.output().trim())}`);
