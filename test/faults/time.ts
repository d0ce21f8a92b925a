/** One time for everything in the process of a test, the nodes, n8n's engine and the sandbox; and it can be passed quickly. */
import { Container } from '@n8n/di';
import { OutboundHttp } from '@n8n/backend-network';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { SimulatedTimers } from './timers.ts';

/** A step of the simulated time, in milliseconds. */
const STEP_MS = 100;
/** What a step takes in real milliseconds at least. Where the machine is busy, it takes longer: nothing times out by that. */
const PAUSE_MS = 1;

/**
 * Lets simulated time pass from now on, some thirty times as fast as the real one. What Node itself times, such as the
 * time-out of a socket, would go on in real time; the nodes use two such things, and both follow the simulated time as well.
 *
 * @returns ends it
 */
export function passTimeQuickly(): () => Promise<void> {
	const realTimeout = globalThis.setTimeout;
	const timers = new SimulatedTimers();
	const restore = [replaceTime(timers), timeRequests()];
	let passes = true;
	const passing = (async () => {
		while (passes) {
			await new Promise((resolve) => realTimeout(resolve, PAUSE_MS));
			timers.advance(STEP_MS);
		}
	})();
	return async () => {
		passes = false;
		await passing;
		for (const each of restore) each();
	};
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
			get: (RealDate, name) => (name === 'now' ? now : (Reflect.get(RealDate, name) as unknown)),
		}),
	});
	const measured = jest.spyOn(performance, 'now').mockImplementation(() => now() - startedAt);
	// One for all of them: what costs time is its stack.
	const timedOut = new DOMException('Time-out', 'TimeoutError');
	AbortSignal.timeout = (ms) => {
		const controller = new AbortController();
		timers.setTimeout(() => controller.abort(timedOut), ms);
		return controller.signal;
	};
	return () => {
		Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval, Date });
		measured.mockRestore();
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
