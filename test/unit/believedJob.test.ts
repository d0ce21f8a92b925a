import type { IWebhookFunctions } from 'n8n-workflow';
import { believedJob } from '../../nodes/Seedance/runtime/callbacks/believedJob';
import type { Callback } from '../../nodes/Seedance/runtime/callbacks/receive';
import { oneByOne, says, scriptedSession } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const ctx = {
	getNodeParameter: (_: string, fallback: unknown) => fallback,
	logger: { warn: () => undefined },
} as unknown as IWebhookFunctions;

it.each<[Callback['sender'], object]>([
	['signed', { reference: { app: 'fast' }, metadata: { sku: 'A' } }],
	['unsigned', { reference: null, metadata: null }],
])('a callback that is %s makes us ask with %j', async (sender, known) => {
	const session = scriptedSession(new VirtualClock(0), oneByOne(says({ status: 'completed' })));
	const callback = { session, body: {}, sender } as unknown as Callback;
	const reading = {
		jobId: 'task_1',
		status: 'completed',
		reference: { app: 'fast' },
		metadata: { sku: 'A' },
	} as const;
	const job = await believedJob(ctx, callback, reading, new Promise(() => {}));
	expect(session.asked).toMatchObject([{ what: 'status', input: { jobId: 'task_1', ...known } }]);
	expect(job).toMatchObject({ status: 'completed', ...known });
});
