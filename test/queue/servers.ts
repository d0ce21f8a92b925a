// PostgreSQL and Redis for n8n's queue mode: those of $DATABASE_URL and $REDIS_URL, else servers of this machine, started
// on free ports with data of their own that goes with them.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { anyFreePort } from '../n8n/ports.ts';
import { Problem } from '../n8n/problem.ts';
import { cleanEnv, startProcess } from '../n8n/process.ts';
import type { RunningProcess } from '../n8n/process.ts';
import { openPostgres, postgresFolder, query } from './postgres.ts';
import { HOST, onPath, untilUp } from './program.ts';

/** A server that can be away for a while; its data stays. */
export interface Restartable {
	stop(): Promise<void>;
	start(): Promise<void>;
}

export interface Servers {
	/** For every process of n8n. */
	readonly env: NodeJS.ProcessEnv;
	/** The database that they share. */
	readonly databaseUrl: URL;
	/** Undefined where it is not ours to stop; PostgreSQL likewise. */
	readonly redis: Restartable | undefined;
	readonly postgres: Restartable | undefined;
	/** Ends what was started and removes its data. */
	stop(): Promise<void>;
}

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
	const clear = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', clear); // an interrupted run does not come back here
	const stops: Array<() => Promise<unknown>> = [];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
		clear();
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
		const env = { ...databaseEnv(databaseUrl, name), ...redisEnv(redisUrl, name) };
		return { env, databaseUrl: new URL(`/${name}`, databaseUrl), redis, postgres, stop };
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

const isOpen = (port: number): Promise<boolean> =>
	new Promise((resolve) => {
		const socket = connect(port, HOST);
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
