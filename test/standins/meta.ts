// Stands in for Meta's Marketing API, as far as the example uses what developers.facebook.com describes: videos of an ad
// account, which are not ready at once, and creatives made of them.
import { z } from 'zod';
import { checked, formOf, openStandIn, Refusal } from './standin.ts';
import type { Received, Reply, StandIn } from './standin.ts';

export interface AdVideo {
	id: string;
	name: string;
	bytes: Buffer;
	/** How often its status is still "processing". */
	looksLeft: number;
}

export type Creative = { id: string } & z.infer<typeof creativeSchema>;

export interface Meta extends StandIn {
	readonly accessToken: string;
	readonly graphUrl: string;
	readonly adAccount: string;
	readonly pageId: string;
	readonly videos: readonly AdVideo[];
	readonly creatives: readonly Creative[];
	/** By a part of the video's name: what becomes of it instead. */
	readonly troubles: Map<string, 'refused' | 'broken'>;
}

const VERSION = 'v24.0';
const AD_ACCOUNT = 'act_1029384756';
const PAGE_ID = '564738291056473';
const FIRST_ID = 120_210_000_000_000_001n;

const creativeSchema = z.strictObject({
	name: z.string().min(1),
	object_story_spec: z.strictObject({
		page_id: z.literal(PAGE_ID),
		video_data: z.strictObject({
			video_id: z.string().regex(/^\d+$/),
			// A video without a picture of its own is refused.
			image_url: z.string().url(),
			title: z.string().optional(),
			message: z.string().optional(),
			call_to_action: z.strictObject({
				type: z.literal('SHOP_NOW'),
				value: z.strictObject({ link: z.string().url() }),
			}),
		}),
	}),
});

export async function openMeta(): Promise<Meta> {
	const accessToken = 'EAA-of-the-test-account';
	const videos: AdVideo[] = [];
	const creatives: Creative[] = [];
	const troubles: Meta['troubles'] = new Map();
	const troubleOf = (name: string) => [...troubles].find(([part]) => name.includes(part))?.[1];
	const nextId = () => String(FIRST_ID + BigInt(videos.length + creatives.length));
	const videoOf = (id: string | undefined): AdVideo => {
		const video = videos.find((each) => each.id === id);
		if (!video) throw new Refusal(400, `Object with ID '${id}' does not exist`);
		return video;
	};

	const upload = (request: Received): Reply => {
		const { source, name, ...others } = Object.fromEntries(
			formOf(request).map((part) => [part.name, part]),
		);
		if (!source?.fileName || source.contentType !== 'video/mp4' || !name) {
			throw new Refusal(400, '(#100) The video and its name are required');
		}
		if (Object.keys(others).length > 0) {
			throw new Refusal(400, `(#100) Unknown parameters: ${Object.keys(others).join(', ')}`);
		}
		const label = name.bytes.toString();
		if (troubleOf(label) === 'refused') throw new Refusal(400, '(#389) Unable to fetch video file');
		// Each takes a look longer than the one before.
		const video = { id: nextId(), name: label, bytes: source.bytes, looksLeft: videos.length % 3 };
		videos.push(video);
		return { body: { id: video.id } };
	};

	const look = ({ params, query }: Received): Reply => {
		if (query['fields'] !== 'status') throw new Refusal(400, '(#100) Unknown fields');
		const video = videoOf(params['id']);
		const ended = troubleOf(video.name) === 'broken' ? 'error' : 'ready';
		const video_status = video.looksLeft-- > 0 ? 'processing' : ended;
		return { body: { status: { video_status }, id: video.id } };
	};

	const create = ({ body }: Received): Reply => {
		const creative = checked(creativeSchema, body);
		const { looksLeft } = videoOf(creative.object_story_spec.video_data.video_id);
		if (looksLeft >= 0) throw new Refusal(400, 'Video not ready for use in an ad');
		const id = nextId();
		creatives.push({ id, ...creative });
		return { body: { id } };
	};

	const standIn = await openStandIn({
		routes: [
			{ method: 'POST', url: `/${VERSION}/${AD_ACCOUNT}/advideos`, handle: upload },
			{ method: 'POST', url: `/${VERSION}/${AD_ACCOUNT}/adcreatives`, handle: create },
			{ method: 'GET', url: `/${VERSION}/:id`, handle: look },
		],
		hasKey: ({ query }) => query['access_token'] === accessToken,
		errorBody: ({ message }) => ({ error: { message, type: 'OAuthException', code: 100 } }),
	});
	const graphUrl = `${standIn.url}/${VERSION}`;
	const facts = { accessToken, graphUrl, adAccount: AD_ACCOUNT, pageId: PAGE_ID };
	return Object.assign(standIn, facts, { videos, creatives, troubles });
}
