/** One time for everything in the process of a test, the nodes, n8n's engine and the sandbox; and it can be passed quickly. */
import { Container } from '@n8n/di';
import { OutboundHttp } from '@n8n/backend-network';
import type { IHttpRequestOptions } from 'n8n-workflow';

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
	const nodesTimeout = AbortSignal.timeout.bind(AbortSignal);
	jest.useFakeTimers({
		doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask'],
	});
	AbortSignal.timeout = (ms) => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(new DOMException('Time-out', 'TimeoutError')), ms);
		return controller.signal;
	};
	const requests = timeRequests();
	let passes = true;
	const passing = (async () => {
		while (passes) {
			await new Promise((resolve) => realTimeout(resolve, PAUSE_MS));
			jest.advanceTimersByTime(STEP_MS);
		}
	})();
	return async () => {
		passes = false;
		await passing;
		requests.mockRestore();
		AbortSignal.timeout = nodesTimeout;
		jest.useRealTimers();
	};
}

/** The time-out of a request, as n8n's HTTP client has it, by the simulated time. */
function timeRequests(): jest.SpyInstance {
	const outbound = Container.get(OutboundHttp);
	const clientOf = outbound.requests.bind(outbound);
	return jest.spyOn(outbound, 'requests').mockImplementation((...args) => {
		const client = clientOf(...args);
		const request = async ({ timeout, ...options }: IHttpRequestOptions): Promise<unknown> => {
			const answer = client.request(options);
			return timeout === undefined
				? await answer
				: await Promise.race([answer, silenceAfter(timeout)]);
		};
		return { ...client, request } as typeof client;
	});
}

const silenceAfter = (ms: number) =>
	new Promise<never>((_, reject) => {
		setTimeout(() => reject(Object.assign(new Error('Time-out'), { code: 'ECONNABORTED' })), ms);
	});

/** Resolves after so many milliseconds of the time that passes. */
export const sleep = (ms: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, ms));
