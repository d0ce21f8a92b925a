// Stands in for Slack's Web API: messages to channels.
import { z } from 'zod';
import { checked, hasBearer, openStandIn } from './standin.ts';
import type { StandIn } from './standin.ts';

export interface Slack extends StandIn {
	readonly accessToken: string;
	readonly messages: ReadonlyArray<{ channel: string; text: string }>;
}

const messageSchema = z.object({ channel: z.string().min(1), text: z.string().min(1) });

export async function openSlack(): Promise<Slack> {
	const accessToken = 'xoxb-of-the-test-user';
	const messages: Array<z.infer<typeof messageSchema>> = [];
	const standIn = await openStandIn({
		routes: [
			{
				method: 'POST',
				url: '/api/chat.postMessage',
				handle: ({ body }) => {
					const message = checked(messageSchema, body);
					messages.push(message);
					return { body: { ok: true, ...message, ts: String(messages.length) } };
				},
			},
		],
		hasKey: hasBearer(accessToken),
		// Slack answers its errors with HTTP 200 as well; the node reads either.
		errorBody: ({ message }) => ({ ok: false, error: message }),
	});
	return { ...standIn, accessToken, messages };
}
