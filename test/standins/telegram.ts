// Stands in for the Bot API of Telegram: a bot sends texts and videos. Its token is a part of the address.
import { z } from 'zod';
import { checked, formOf, openStandIn, Refusal } from './standin.ts';
import type { Received, StandIn } from './standin.ts';

export interface Telegram extends StandIn {
	readonly token: string;
	/** What the bot has sent, the oldest first. */
	readonly sent: ReadonlyArray<{ chatId: string; text?: string; video?: Buffer }>;
}

const message = z.object({ chat_id: z.number().or(z.string().min(1)), text: z.string().min(1) });

export async function openTelegram(): Promise<Telegram> {
	const token = '1234567890:of-the-stand-in';
	const sent: Array<{ chatId: string; text?: string; video?: Buffer }> = [];
	const ok = () => ({ body: { ok: true, result: { message_id: sent.length } } });
	const standIn = await openStandIn({
		routes: [
			{
				method: 'POST',
				url: '/:bot/sendMessage',
				handle: ({ body }) => {
					const { chat_id: chatId, text } = checked(message, body);
					sent.push({ chatId: String(chatId), text });
					return ok();
				},
			},
			{
				method: 'POST',
				url: '/:bot/sendVideo',
				handle: (request: Received) => {
					const parts = formOf(request);
					const part = (name: string) => parts.find((each) => each.name === name);
					const [chat, video] = [part('chat_id'), part('video')];
					if (!chat || !video?.fileName) throw new Refusal(400, 'Bad Request: no video');
					sent.push({ chatId: chat.bytes.toString(), video: video.bytes });
					return ok();
				},
			},
		],
		hasKey: ({ params }) => params['bot'] === `bot${token}`,
		errorBody: ({ status, message: description }) => ({
			ok: false,
			error_code: status,
			description,
		}),
	});
	return { ...standIn, token, sent };
}
