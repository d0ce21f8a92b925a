/** How long a provider may take for an answer. */
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { Endpoint } from '../../nodes/Seedance/core/provider';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { SimulatedProvider } from '../simulation/provider.ts';
import { VirtualClock } from './virtualClock.ts';

async function timeoutOf(timeoutMs?: number) {
	const clock = new VirtualClock();
	const options = { clock, atOnce: 5, requestsPerMinute: 60, secondsOf: () => 60 };
	const caller: IExecuteFunctions = new SimulatedProvider(options).caller();
	const { helpers } = caller;
	const timeouts: unknown[] = [];
	const send = helpers.httpRequestWithAuthentication.bind(helpers);
	helpers.httpRequestWithAuthentication = function (type, request: IHttpRequestOptions) {
		timeouts.push(request.timeout);
		return send(type, request);
	};
	const opened = await openSession(caller, seedance, { clock });
	if (!opened.ok) throw new Error(opened.fault.message);
	const endpoint: Endpoint<void, unknown> = {
		request: () => ({ method: 'POST', path: '/generate', ...(timeoutMs ? { timeoutMs } : {}) }),
		response: (body) => body,
	};
	expect(await opened.value.call('submit', endpoint, undefined)).toMatchObject({ ok: true });
	return timeouts;
}

it('is a minute, unless the call says otherwise', async () => {
	expect(await timeoutOf()).toEqual([60_000]);
	expect(await timeoutOf(300_000)).toEqual([300_000]);
});
