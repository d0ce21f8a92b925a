// Stands in for the incoming webhook of a chat such as Slack or Mattermost: its address is its own permission.
import { z } from 'zod';
import { checked, openStandIn } from './standin.ts';
import type { StandIn } from './standin.ts';

export interface Chat extends StandIn {
	/** The address to post to. */
	readonly hook: string;
	/** What was posted, the oldest first. */
	readonly messages: readonly string[];
}

const message = z.object({ text: z.string().min(1).max(40_000) }).strict();

export async function openChat(): Promise<Chat> {
	const messages: string[] = [];
	const standIn = await openStandIn({
		routes: [
			{
				method: 'POST',
				url: '/hooks/team',
				needsKey: false,
				handle: ({ body }) => {
					messages.push(checked(message, body).text);
					return { body: 'ok' };
				},
			},
		],
		hasKey: () => false,
		errorBody: (refusal) => ({ error: refusal.message }),
	});
	return { ...standIn, hook: `${standIn.url}/hooks/team`, messages };
}
