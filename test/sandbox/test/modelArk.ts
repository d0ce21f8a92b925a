import { modelArkStandIn } from '../dialects/modelArk.ts';
import type { Reply } from '../client.ts';
import { clientOf } from '../client.ts';
import type { AccountOptions, Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox } from '../index.ts';

/** What the tests of ModelArk's stand-in share. */

export const ID_25 = 'dreamina-seedance-2-5-260628';
export const ID_20 = 'dreamina-seedance-2-0-260128';
export const ID_MINI = 'dreamina-seedance-2-0-mini-260615';
export const ID_15 = 'seedance-1-5-pro-251215';
export const ID_PRO = 'seedance-1-0-pro-250528';
export const ID_FAST = 'seedance-1-0-pro-fast-251015';
export const TASKS = '/contents/generations/tasks';

export const text = (prompt = 'A lamp') => ({ type: 'text', text: prompt });
export const image = (role?: string, url = 'https://example.com/photo.jpg') => ({
	type: 'image_url',
	image_url: { url },
	...(role === undefined ? {} : { role }),
});
export const video = (seconds = 5) => ({
	type: 'video_url',
	video_url: { url: `https://example.com/clip.mp4?seconds=${seconds}` },
	role: 'reference_video',
});
export const audio = (url = 'https://example.com/a.mp3') => ({
	type: 'audio_url',
	audio_url: { url },
	role: 'reference_audio',
});

export interface Ark {
	sandbox: Sandbox;
	call(method: string, path: string, body?: unknown, key?: string): Promise<Reply>;
	/** A submission of a text for Seedance 2.0, unless `fields` say otherwise. */
	post(fields?: Record<string, unknown>): Promise<Reply>;
	/** Its ID; throws if it was not accepted. */
	posted(fields?: Record<string, unknown>): Promise<string>;
	read(id: string): Promise<Record<string, unknown>>;
}

/** A sandbox with one account at ModelArk, whose tasks do not end on their own. */
export async function openArk(
	account: AccountOptions = {},
	options: SandboxOptions = {},
): Promise<Ark> {
	const sandbox = await startSandbox({
		standIns: [modelArkStandIn],
		jobSeconds: 3600,
		accounts: [{ requestsPerMinute: 10_000, ...account }],
		...options,
	});
	const at = sandbox.credentialOf('modelArk');
	const call: Ark['call'] = (method, path, body, key = at.apiKey) =>
		clientOf(sandbox, key).call(method, at.baseUrl + path, body);
	const post: Ark['post'] = (fields) =>
		call('POST', TASKS, { model: ID_20, content: [text()], ...fields });
	return {
		sandbox,
		call,
		post,
		posted: async (fields) => {
			const { status, json, text: said } = await post(fields);
			if (status !== 200) throw new Error(`Submission answered ${status}: ${said}`);
			return json.id as string;
		},
		read: async (id) => (await call('GET', `${TASKS}/${id}`)).json,
	};
}

/** Status and code of an error. */
export const codeOf = ({ status, json }: Reply): [number, unknown] => [
	status,
	(json.error as { code?: string } | undefined)?.code,
];
