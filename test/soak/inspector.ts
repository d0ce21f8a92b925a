// Looks into n8n's process through Node's inspector: the heap after a garbage collection is what is really held, and no
// setting of n8n shows it.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const ATTACH_TRIES = 50;

interface Message {
	id?: number;
	method?: string;
	params?: { chunk?: string };
	result?: unknown;
	error?: { message: string };
}
interface Evaluated<T> {
	result: { value: T };
}
interface Answer {
	resolve: (result: unknown) => void;
	reject: (error: Error) => void;
}

export interface Inside {
	/** Bytes that JavaScript objects take. */
	heapUsed: number;
	/** Bytes outside of the heap that belong to objects in it, buffers above all. */
	external: number;
	/** What keeps the process awake, by kind: timers, sockets, requests. */
	resources: Record<string, number>;
}

/** What the process needs in its environment, so that it can be attached to later. Opens nothing by itself. */
export const inspectable = (port: number): NodeJS.ProcessEnv => ({
	NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}`,
});

export class Inspector {
	private readonly socket: WebSocket;
	private readonly answers = new Map<number, Answer>();
	private count = 0;
	private onChunk: (chunk: string) => void = () => undefined;

	private constructor(socket: WebSocket) {
		this.socket = socket;
		socket.addEventListener('message', ({ data }) =>
			this.hear(JSON.parse(String(data)) as Message),
		);
		socket.addEventListener('close', () => {
			for (const { reject } of this.answers.values()) reject(new Error('n8n has ended'));
		});
	}

	/** @param port as in `inspectable` */
	static async attach(pid: number, port: number): Promise<Inspector> {
		process.kill(pid, 'SIGUSR1'); // Node's sign to let debuggers in
		const socket = new WebSocket(await addressAt(port));
		await once(socket, 'open');
		return new Inspector(socket);
	}

	/** Collects garbage, which stops the process for some tenths of a second, then reads. */
	async look(): Promise<Inside> {
		await this.send('HeapProfiler.collectGarbage');
		const expression = `(() => {
			const { heapUsed, external } = process.memoryUsage();
			return { heapUsed, external, kinds: process.getActiveResourcesInfo() };
		})()`;
		const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true });
		const { heapUsed, external, kinds } = (
			answer as Evaluated<Omit<Inside, 'resources'> & { kinds: string[] }>
		).result.value;
		return { heapUsed, external, resources: countsOf(kinds) };
	}

	/** Writes all objects into a file that Chrome's developer tools open. */
	async snapshot(file: string): Promise<void> {
		const out = createWriteStream(file);
		this.onChunk = (chunk) => out.write(chunk);
		await this.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
		await finished(out.end());
	}

	close(): void {
		this.socket.close();
	}

	private send(method: string, params: object = {}): Promise<unknown> {
		const id = ++this.count;
		return new Promise((resolve, reject) => {
			this.answers.set(id, { resolve, reject });
			this.socket.send(JSON.stringify({ id, method, params }));
		});
	}

	private hear({ id, method, params, result, error }: Message): void {
		if (method === 'HeapProfiler.addHeapSnapshotChunk') this.onChunk(params?.chunk ?? '');
		const answer = id === undefined ? undefined : this.answers.get(id);
		if (id === undefined || !answer) return;
		this.answers.delete(id);
		if (error) answer.reject(new Error(error.message));
		else answer.resolve(result);
	}
}

async function addressAt(port: number): Promise<string> {
	for (let tries = 0; tries < ATTACH_TRIES; tries++) {
		try {
			const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
			const [target] = (await answer.json()) as Array<{ webSocketDebuggerUrl: string }>;
			if (target) return target.webSocketDebuggerUrl;
		} catch {
			// It has not opened the port yet.
		}
		await sleep(200);
	}
	throw new Error(`n8n did not open its inspector at port ${port}`);
}

/** How often each word occurs, in alphabetical order. */
export function countsOf(words: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1;
	return counts;
}
