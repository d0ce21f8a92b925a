// n8n in queue mode, as examples/queue-mode/compose.yaml has it: one main, one webhook process, two workers; each a process with a folder of
// its own and the packed package in it. They share the database, Redis and the encryption key.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nApi } from '../n8n/api.ts';
import { installN8n } from '../n8n/install.ts';
import { lineOf } from '../n8n/lines.ts';
import { TARBALL_VARIABLE, theTarball } from '../n8n/pack.ts';
import { CACHE, DEFAULT_VERSION } from '../n8n/paths.ts';
import { anyFreePort, isPortFree } from '../n8n/ports.ts';
import { startN8n } from '../n8n/server.ts';
import type { N8nOptions, RunningN8n } from '../n8n/server.ts';
import { OWNER } from '../n8n/stage.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/index.ts';
import { searchFolder } from '../secrets/folder.ts';
import { Secrets } from '../secrets/secrets.ts';
import { allRows } from './postgres.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';

/**
 * How soon n8n takes a worker for dead, in milliseconds: its lock on an execution has run out, and another worker has
 * looked. As delivered, n8n waits for 60 s and looks every 30 s.
 */
const LOCK = { duration: 10_000, renewal: 2_000, look: 2_000 };
/** So long a worker that was told to stop may go on with its executions, in milliseconds. As delivered: 30 s. */
export const GRACE_MS = 10_000;
/** n8n gets some time to keep to it. */
const STOP_GRACE_MS = GRACE_MS + 10_000;

/** One process of n8n, which can be ended in various ways and started again at the same address. */
export class Member {
	readonly url: string;
	readonly logFile: string;
	private readonly options: N8nOptions;
	private running: RunningN8n | undefined;

	constructor(options: N8nOptions) {
		this.options = options;
		this.url = `http://127.0.0.1:${options.port}`;
		this.logFile = path.join(options.userFolder, 'n8n.log');
	}

	async start(): Promise<void> {
		this.running = await startN8n(this.options);
	}

	/** As an orchestrator does it: SIGTERM, and SIGKILL for one that does not end in its own time. Returns the exit code. */
	async stop(): Promise<number> {
		await this.running?.stop();
		return this.running?.process.exitCode ?? 0;
	}

	/** `kill -9`; returns when its ports are free again. */
	async kill(): Promise<void> {
		await this.running?.process.kill();
		const ports = [this.options.port, this.options.brokerPort];
		for (let tries = 0; tries < 100; tries++) {
			if ((await Promise.all(ports.map(isPortFree))).every(Boolean)) return;
			await sleep(50);
		}
	}

	/** All that it has printed since it was made. */
	log(): string {
		return readFileSync(this.logFile, 'utf8');
	}
}

export interface Cluster {
	readonly version: string;
	readonly sandbox: Sandbox;
	readonly redis: Servers['redis'];
	readonly postgres: Servers['postgres'];
	readonly databaseUrl: URL;
	readonly main: Member;
	/** The outside world calls this one: webhooks, and the provider's callbacks. */
	readonly webhook: Member;
	readonly workers: readonly [Member, Member];
	/** The main process, with its owner logged in. */
	readonly api: N8nApi;
	/** The webhook process. */
	readonly door: N8nApi;
	stop(): Promise<void>;
}

/** @param name of the folder; two clusters that are open at once need two */
export async function openCluster(name: string, sandboxOptions: SandboxOptions): Promise<Cluster> {
	const version = DEFAULT_VERSION;
	await installN8n(version);
	process.env[TARBALL_VARIABLE] ??= await theTarball();
	const folder = path.join(CACHE, 'queue', name);
	rmSync(folder, { recursive: true, force: true });
	const stops: Array<() => Promise<unknown>> = [];
	const stop = async () => {
		const problems: unknown[] = [];
		for (const each of stops.splice(0).reverse()) {
			await each().catch((problem: unknown) => problems.push(problem));
		}
		if (problems.length > 0) throw problems[0];
	};
	try {
		const sandbox = await startSandbox(sandboxOptions);
		stops.push(() => sandbox.close());
		const servers = await startServers(version);
		stops.push(() => servers.stop());
		const secrets = new Secrets();
		stops.push(() => searchAll(secrets, folder, version, servers));
		const members = await makeMembers(version, folder, servers);
		const { main, webhook, workers } = members;
		// Alone, because it makes the tables.
		for (const together of [[main], [webhook, ...workers]]) {
			stops.push(() => Promise.all(together.map((each) => each.kill())));
			await Promise.all(together.map((each) => each.start()));
		}
		const api = new N8nApi({ url: main.url, version }, secrets);
		await api.setupOwner(OWNER);
		const door = new N8nApi({ url: webhook.url, version }, secrets);
		const { redis, postgres, databaseUrl } = servers;
		return { version, sandbox, redis, postgres, databaseUrl, ...members, api, door, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** When nobody writes any more. @throws Error where a key or a secret is in the database, a log or an answer */
async function searchAll(
	secrets: Secrets,
	folder: string,
	version: string,
	{ databaseUrl }: Servers,
): Promise<void> {
	searchFolder(secrets, folder);
	for await (const { table, text } of allRows(version, databaseUrl)) {
		secrets.search(text, `table ${table}`);
	}
	secrets.assertNone();
}

async function makeMembers(version: string, folder: string, servers: Servers) {
	const doorPort = await anyFreePort();
	const env = {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: 'one key for all processes',
		N8N_LOG_FORMAT: 'json', // with times
		WEBHOOK_URL: `http://127.0.0.1:${doorPort}/`,
		DB_POSTGRESDB_POOL_SIZE: '10', // n8n's own 2 are too few for a burst of callbacks
		DB_POSTGRESDB_CONNECTION_TIMEOUT: '240000', // so long a query may wait for one of them; n8n's own are 20 s
		DB_PING_TIMEOUT_MS: '30000', // in a burst n8n's own 5 s are over soon, and then it answers 503 to everybody
		QUEUE_WORKER_LOCK_DURATION: String(LOCK.duration),
		QUEUE_WORKER_LOCK_RENEW_TIME: String(LOCK.renewal),
		QUEUE_WORKER_STALLED_INTERVAL: String(LOCK.look),
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACE_MS / 1000),
		...lineOf(version).queueEnv,
		...servers.env,
	};
	const packageTarball = await theTarball();
	const make = async (role: string, command: N8nOptions['command'], port?: number) => {
		const userFolder = path.join(folder, role);
		mkdirSync(userFolder, { recursive: true });
		return new Member({
			command,
			version,
			packageTarball,
			userFolder,
			port: port ?? (await anyFreePort()),
			brokerPort: await anyFreePort(),
			env,
			stopGraceMs: STOP_GRACE_MS,
		});
	};
	return {
		main: await make('main', 'start'),
		webhook: await make('webhook', 'webhook', doorPort),
		workers: [await make('worker-1', 'worker'), await make('worker-2', 'worker')] as const,
	};
}
