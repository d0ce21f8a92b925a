import { tagsIn } from '../core/tags.ts';
import type { Element } from './modelArkBody.ts';
import { invalid, missing, refusal } from './modelArkError.ts';
import type { Side } from './modelArkMedia.ts';
import { checkAudioUrl, checkImageUrl, checkVideoUrl, secondsOf } from './modelArkMedia.ts';
import type { VideoModel } from './modelArkModels.ts';

/** What a video is made from: the elements of `content` and their roles. */

export interface Input {
	/** The documents' words: text, frames, references; or the draft of a finished task. */
	task: 't2v' | 'i2v' | 'r2v' | 'draft';
	prompt: string;
	/** Of the first image, if it is in the request itself. */
	firstSide?: Side;
	/** Seconds of each video. */
	videos: number[];
	draftTask?: string;
}

type Media = Extract<Element, { role?: string }>;
interface Placed {
	param: string;
	element: Media;
}

const isMedia = (element: Element): element is Media =>
	element.type !== 'text' && element.type !== 'draft_task';

const role = { first: 'first_frame', last: 'last_frame', image: 'reference_image' };

/** Throws the first rule that the elements break. */
export function readContent(model: VideoModel, content: readonly Element[]): Input {
	const texts = content.flatMap((each) => (each.type === 'text' ? [each.text] : []));
	const prompt = texts[0] ?? '';
	const draft = content.find((each) => each.type === 'draft_task');
	if (draft) {
		if (content.length > 1) throw invalid('content', 'draft_task must be its only element');
		return { task: 'draft', prompt: '', videos: [], draftTask: draft.draft_task.id };
	}
	if (texts.length > 1) throw invalid('content', 'there must be only one text');
	const { unknown } = tagsIn(prompt, 'modelArk');
	if (unknown.length) throw invalid('content', `unknown sandbox tag: ${unknown.join(', ')}`);
	const media = content.flatMap((element, index) =>
		isMedia(element) ? [{ element, param: `content[${index}]` }] : [],
	);
	if (!media.length) {
		if (!texts.length) throw missing('content.text');
		return { task: 't2v', prompt, videos: [] };
	}
	const task = taskOf(media);
	if (task === 'r2v') checkReferences(model, media);
	else checkFrames(model, media);
	const sides = media.map(checkMedia);
	const videos = media.flatMap(({ element }) =>
		element.type === 'video_url' ? [secondsOf(element.video_url.url)] : [],
	);
	return { task, prompt, firstSide: sides.find(Boolean), videos };
}

/** Frames and references exclude each other. An image without a role is a first frame. */
function taskOf(media: readonly Placed[]): 'i2v' | 'r2v' {
	const isReference = ({ param, element }: Placed): boolean => {
		const { type, role: given } = element;
		if (type === 'image_url') {
			if (given !== undefined && !Object.values(role).includes(given))
				throw invalid(`${param}.role`, 'invalid role specified for image content');
			return given === role.image;
		}
		const wanted = type === 'video_url' ? 'reference_video' : 'reference_audio';
		// [us] Unlike an image, a video and an audio always need their role.
		if (given !== wanted) throw invalid(`${param}.role`, `the role must be ${wanted}`);
		return true;
	};
	const references = media.filter(isReference).length;
	if (references && references < media.length)
		throw invalid(
			'content',
			'first/last frame content cannot be mixed with reference media content',
		);
	return references ? 'r2v' : 'i2v';
}

function checkFrames(model: VideoModel, media: readonly Placed[]): void {
	const roles = media.map(({ element }) => element.role);
	if (roles.length > 2) throw invalid('content', 'there must be at most two frames');
	if (roles.length === 2 && roles.includes(undefined))
		throw invalid('content', 'role must be specified for image contents');
	if (roles.length === 2 && roles[0] === roles[1])
		throw invalid('content', 'the two frames must be a first_frame and a last_frame');
	if (roles.length === 1 && roles[0] === role.last)
		throw invalid('content', 'last_frame requires first_frame');
	if (roles.length === 2 && !model.lastFrame)
		throw invalid('content', `last_frame is not supported for model ${model.name}`);
}

/** Numbers and lengths of references. */
function checkReferences({ name, references }: VideoModel, media: readonly Placed[]): void {
	if (!references) throw invalid('content', `task_type r2v does not support model ${name}`);
	const types = ['image_url', 'video_url', 'audio_url'] as const;
	const { most, audioAlone, seconds } = references;
	types.forEach((type, at) => {
		const mine = media.filter(({ element }) => element.type === type);
		if (mine.length > most[at]!)
			throw invalid('content', `there must be at most ${most[at]} elements of type ${type}`);
		if (type === 'image_url') return;
		const lengths = mine.map(({ element }) => secondsOf(addressOf(element)));
		const sum = lengths.reduce((all, each) => all + each, 0);
		const [least, mostOfAll] = seconds;
		if (lengths.some((each) => each < least || each > mostOfAll) || sum > mostOfAll)
			throw invalid(
				'content',
				`${type} must have ${least} to ${mostOfAll} s each, and ${mostOfAll} s together`,
			);
	});
	if (!audioAlone && media.every(({ element }) => element.type === 'audio_url'))
		throw invalid('content', 'reference_audio cannot be the only reference input');
}

function addressOf(element: Media): string {
	if (element.type === 'image_url') return element.image_url.url;
	return element.type === 'video_url' ? element.video_url.url : element.audio_url.url;
}

function checkMedia({ param, element }: Placed): Side | undefined {
	const where = `${param}.${element.type}.url`;
	const url = addressOf(element);
	if (element.type === 'image_url') return checkImageUrl(where, url);
	if (element.type === 'video_url') checkVideoUrl(where, url);
	else checkAudioUrl(where, url);
	return undefined;
}

/** [doc] Codes that a prompt asks for by its tags, before anything is made. */
const ASKED = {
	quota: ['QuotaExceeded', 'The account has used up its free quota, or has too many queued tasks.'],
	'set-limit': ['SetLimitExceeded', 'The inference limit that was set for this model is reached.'],
	overloaded: ['ServerOverloaded', 'The service is currently overloaded. Please try again later.'],
	overdue: ['AccountOverdueError', 'Your account has an overdue balance.'],
	'not-open': ['ModelNotOpen', 'Your account has not activated the model.'],
	'endpoints-only': [
		'InvalidEndpointOrModel.ModelIDAccessDisabled',
		'Your account cannot call models by their ID. Use an endpoint ID instead.',
	],
	'refuse-text': [
		'InputTextSensitiveContentDetected',
		'The request failed because the input text may contain sensitive information.',
	],
	'real-face': [
		'InputImageSensitiveContentDetected.PrivacyInformation',
		'The request failed because the input image may contain real person.',
	],
} as const;

/** Throws the error that the prompt asks for, if it does. */
export function obeyTags(prompt: string): void {
	const { tags } = tagsIn(prompt);
	for (const [tag, [code, message]] of Object.entries(ASKED))
		if (tags.has(tag as keyof typeof ASKED)) throw refusal(code, message);
}
