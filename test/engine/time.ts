/** One time for everything in the process of a test, the nodes, n8n's engine and the sandbox; and it can be passed quickly. */
import { performance as loop } from 'node:perf_hooks';
import { Container } from '@n8n/di';
import { OutboundHttp } from '@n8n/backend-network';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { SimulatedTimers } from './timers.ts';

/** A step of the simulated time while there is nothing to do, in milliseconds. */
const STEP_MS = 250;
/** The same while there is something to do: without it, what waits for the next millisecond would wait for ever. */
const BUSY_STEP_MS = 1;
/** What a step takes in real milliseconds at least. */
const PAUSE_MS = 1;
/** How much of a pause the event loop has to be idle, in milliseconds. Its timers are not exact. */
const IDLE_MS = 0.5;

/**
 * Lets simulated time pass from now on, quickly while the process has nothing to do, and slowly while it works: so what
 * comes first hardly depends on the load of the machine. What Node itself times, such as the time-out of a socket,
 * would go on in real time; the nodes use two such things, and both follow the simulated time as well.
 *
 * @returns ends it
 */
export function passTimeQuickly(): () => Promise<void> {
	const time = (current ??= start());
	const user = {};
	time.users.add(user);
	return async () => {
		if (!time.users.delete(user) || time.users.size > 0) return;
		current = undefined;
		await time.stop();
	};
}

/** The time that passes now. Two worlds that are open side by side share it. */
let current: ReturnType<typeof start> | undefined;

/** Lets so many milliseconds pass at once. What is due meanwhile is begun, and not waited for. */
export function skipTime(ms: number): void {
	if (!current) throw new Error('No simulated time passes');
	current.timers.advance(ms);
}

function start() {
	const realTimeout = globalThis.setTimeout;
	const timers = new SimulatedTimers();
	const restore = [replaceTime(timers), timeRequests()];
	let passes = true;
	const passing = (async () => {
		while (passes) {
			const before = loop.eventLoopUtilization();
			await new Promise((resolve) => realTimeout(resolve, PAUSE_MS));
			const isIdle = loop.eventLoopUtilization(before).idle >= IDLE_MS;
			timers.advance(isIdle ? STEP_MS : BUSY_STEP_MS);
		}
	})();
	const stop = async () => {
		passes = false;
		await passing;
		for (const each of restore) each();
	};
	return { timers, users: new Set<object>(), stop };
}

/** Puts simulated timers and clocks in the place of the real ones. Gives back what undoes it. */
function replaceTime(timers: SimulatedTimers): () => void {
	const { setTimeout, setInterval, clearTimeout, clearInterval, Date, performance } = globalThis;
	const timeoutSignal = AbortSignal.timeout.bind(AbortSignal);
	const startedAt = timers.now - performance.now();
	const now = () => timers.now;
	const clearing = (real: typeof clearTimeout) => (timer: never) => {
		if (!timers.clear(timer)) real(timer);
	};
	Object.assign(globalThis, {
		setTimeout: timers.setTimeout,
		setInterval: timers.setInterval,
		clearTimeout: clearing(clearTimeout),
		clearInterval: clearing(clearInterval),
		Date: new Proxy(Date, {
			construct: (RealDate, args) =>
				Reflect.construct(RealDate, args.length ? args : [now()]) as Date,
		}),
	});
	// No mocks of jest's, which would be restored once more at the end of the file.
	const dateNow = Object.getOwnPropertyDescriptor(Date, 'now')!;
	Date.now = now;
	performance.now = () => now() - startedAt;
	// One for all of them: what costs time is its stack.
	const timedOut = new DOMException('Time-out', 'TimeoutError');
	AbortSignal.timeout = (ms) => {
		const controller = new AbortController();
		timers.setTimeout(() => controller.abort(timedOut), ms);
		return controller.signal;
	};
	return () => {
		Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval, Date });
		Object.defineProperty(Date, 'now', dateNow);
		Reflect.deleteProperty(performance, 'now'); // its own is of its prototype
		AbortSignal.timeout = timeoutSignal;
	};
}

/** The time-out of a request, as n8n's HTTP client has it, by the simulated time. Gives back what undoes it. */
function timeRequests(): () => void {
	const outbound = Container.get(OutboundHttp);
	const clientOf = outbound.requests.bind(outbound);
	const requests = jest.spyOn(outbound, 'requests').mockImplementation((...args) => {
		const client = clientOf(...args);
		const request = async ({ timeout, ...options }: IHttpRequestOptions): Promise<unknown> => {
			const answer = client.request(options);
			return timeout === undefined
				? await answer
				: await Promise.race([answer, silenceAfter(timeout)]);
		};
		return { ...client, request } as typeof client;
	});
	return () => requests.mockRestore();
}

const silenceAfter = (ms: number) =>
	new Promise<never>((_, reject) => {
		setTimeout(() => reject(Object.assign(new Error('Time-out'), { code: 'ECONNABORTED' })), ms);
	});

/** Resolves after so many milliseconds of the time that passes. */
export const sleep = (ms: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, ms));
