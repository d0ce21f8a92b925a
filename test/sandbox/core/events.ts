import type { EventType, SandboxEvent } from '../types.ts';

type Listener = (event: SandboxEvent) => void;

/** Everything that happened, in order. */
export class Events {
	private list: SandboxEvent[] = [];
	private seq = 0;
	private readonly listeners = new Set<Listener>();

	add(type: EventType, about: Partial<SandboxEvent> = {}): void {
		const { jobId = null, account = null, detail = {} } = about;
		const event = { seq: ++this.seq, at: Date.now(), type, jobId, account, detail };
		this.list.push(event);
		for (const listener of [...this.listeners]) listener(event);
	}

	since(seq: number): SandboxEvent[] {
		return this.list.filter((event) => event.seq > seq);
	}

	/** Calls `listener` for every event from now on. Returns a function that unsubscribes it. */
	on(listener: Listener): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	clear(): void {
		this.list = [];
	}
}

/** The first matching event, past or future. Rejects after `timeoutMs` of wall time. */
export function waitForEvent(
	events: Events,
	fits: (event: SandboxEvent) => boolean,
	timeoutMs: number,
): Promise<SandboxEvent> {
	const past = events.since(0).find(fits);
	if (past) return Promise.resolve(past);
	return new Promise((resolve, reject) => {
		const stop = events.on((event) => {
			if (!fits(event)) return;
			clearTimeout(timer);
			stop();
			resolve(event);
		});
		const timer = setTimeout(() => {
			stop();
			reject(new Error(`No such event within ${timeoutMs} ms`));
		}, timeoutMs);
	});
}
