import { createHmac } from 'node:crypto';
import type { Scheme } from './dialect.ts';

/** How kie.ai signs [doc]: the ID of the task and the time, and nothing else of the body. */

/** The key that the user makes in the settings there. */
export const WEBHOOK_SECRET = 'sandbox-kie-webhook-key';

const taskIdIn = (body: string): string => {
	const { data } = JSON.parse(body) as { data?: { taskId?: string } };
	return String(data?.taskId);
};

export function signatureHeaders(
	taskId: string,
	nowMs: number,
	secret: string,
): Record<string, string> {
	const timestamp = String(Math.floor(nowMs / 1000));
	const hmac = createHmac('sha256', secret).update(`${taskId}.${timestamp}`);
	return { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': hmac.digest('base64') };
}

export const taskAndTime: Scheme = {
	name: 'HMAC of the task and the time',
	webhookSecret: WEBHOOK_SECRET,
	isTimed: true,
	leavesBodyOpen: true,
	sign: ({ body, nowMs, forged }, secret) =>
		signatureHeaders(taskIdIn(body), nowMs, forged ? `not-${secret}` : secret),
};
