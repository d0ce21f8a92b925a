import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { success } from '../../nodes/Seedance/core/fault';
import type { Files, ImageFile, MediaRequest } from '../../nodes/Seedance/core/request';
import type { LoadFiles } from '../../nodes/Seedance/runtime/submit/files';
import {
	contentKeyOf,
	keysOf,
	needsContent,
	readChoice,
	runIdentityOf,
	type Keys,
} from '../../nodes/Seedance/runtime/submit/idempotency';

/** Every field that a request can have, so that each can be changed alone. */
const request: Required<Omit<MediaRequest, 'files'>> = {
	model: 'seedance-1.0-lite',
	mode: 'imageToVideo',
	prompt: 'A lamp',
	duration: 4,
	aspectRatio: '16:9',
	resolution: '720p',
	audio: true,
	cameraLock: false,
	seed: 1,
	skipModeration: false,
	imageUrl: 'https://e.com/first.png',
	imageBinaryField: 'data',
	endFrameUrl: 'https://e.com/last.png',
	endFrameBinaryField: 'last',
	referenceImageUrls: ['https://e.com/1.png', 'https://e.com/2.png'],
	referenceBinaryFields: ['front', 'back'],
	referenceVideoUrls: ['https://e.com/1.mp4'],
	referenceAudioUrls: ['https://e.com/1.mp3'],
	task: 'edit',
	draftJobId: 'draft-1',
	draft: false,
	returnLastFrame: false,
	watermark: false,
	serviceTier: 'default',
	modelId: 'ep-1',
	metadata: { sku: 'A' },
	callbackUrl: 'https://e.com/call',
};

const image = (text: string, fileName = 'photo.png'): ImageFile => ({
	bytes: Buffer.from(text),
	mimeType: 'image/png',
	fileName,
});
const loading = (files: Files) => () => Promise.resolve(success(files));
const picture = (text: string, fileName?: string) => loading({ imageUrl: image(text, fileName) });

async function keyOf(changes: Partial<MediaRequest> = {}, files?: LoadFiles) {
	const key = await contentKeyOf({ ...request, ...changes }, files);
	if (!key.ok) throw new Error(key.fault.message);
	return key.value;
}

describe('the content of a request', () => {
	it('is the same content each time', async () => {
		expect(await keyOf()).toBe(await keyOf({ ...request }));
		expect(await keyOf({}, picture('shoe'))).toBe(await keyOf({}, picture('shoe')));
	});

	it.each<[keyof MediaRequest, Partial<MediaRequest>]>([
		['model', { model: 'seedance-1.0-pro' }],
		['mode', { mode: 'textToVideo' }],
		['prompt', { prompt: 'A lamp.' }],
		['duration', { duration: 5 }],
		['aspectRatio', { aspectRatio: '9:16' }],
		['resolution', { resolution: '480p' }],
		['audio', { audio: false }],
		['cameraLock', { cameraLock: true }],
		['seed', { seed: 2 }],
		['seed', { seed: 0 }],
		['seed', { seed: undefined }],
		['skipModeration', { skipModeration: true }],
		['imageUrl', { imageUrl: 'https://e.com/other.png' }],
		['endFrameUrl', { endFrameUrl: 'https://e.com/other.png' }],
		['endFrameBinaryField', { endFrameBinaryField: 'end' }],
		['referenceImageUrls', { referenceImageUrls: ['https://e.com/2.png', 'https://e.com/1.png'] }],
		['referenceBinaryFields', { referenceBinaryFields: ['back', 'front'] }],
		['referenceVideoUrls', { referenceVideoUrls: ['https://e.com/2.mp4'] }],
		['referenceAudioUrls', { referenceAudioUrls: undefined }],
		['task', { task: 'extend' }],
		['draftJobId', { draftJobId: 'draft-2' }],
		['draft', { draft: true }],
		['returnLastFrame', { returnLastFrame: true }],
		['watermark', { watermark: true }],
		['serviceTier', { serviceTier: 'flex' }],
		['modelId', { modelId: 'ep-2' }],
	])('is another one with another %s: %j', async (_, changes) => {
		expect(await keyOf(changes)).not.toBe(await keyOf());
		expect(await keyOf(changes, picture('shoe'))).not.toBe(await keyOf({}, picture('shoe')));
	});

	it.each<[string, Partial<MediaRequest>]>([
		['other metadata', { metadata: { sku: 'B' } }],
		['another address to call', { callbackUrl: 'https://e.com/other' }],
		['the same file in another field', { imageBinaryField: 'image' }],
	])('stays the same with %s', async (_, changes) => {
		expect(await keyOf(changes, picture('shoe'))).toBe(await keyOf({}, picture('shoe')));
	});

	it("is another one with another file, by the file's bytes and not by its name", async () => {
		const shoe = await keyOf({}, picture('shoe'));
		expect(await keyOf({}, picture('shirt'))).not.toBe(shoe);
		expect(await keyOf()).not.toBe(shoe);
		expect(await keyOf({}, picture('shoe', 'renamed.png'))).toBe(shoe);
	});

	it('is another one with another file, or the same files in another order', async () => {
		const [a, b, c] = [image('a'), image('b'), image('c')];
		const keys = await Promise.all(
			[
				{ imageUrl: a },
				{ imageUrl: a, endFrameUrl: b },
				{ imageUrl: b, endFrameUrl: a },
				{ imageUrl: a, endFrameUrl: c },
				{ referenceImageUrls: [a, b, c] },
				{ referenceImageUrls: [b, a, c] },
				{ referenceImageUrls: [a, c, b] },
				{ referenceImageUrls: [b, c] },
			].map((files) => keyOf({}, loading(files))),
		);
		expect(new Set(keys).size).toBe(keys.length);
		const renamed = { imageUrl: image('a', 'x.png'), endFrameUrl: image('b', 'y.png') };
		expect(await keyOf({}, loading(renamed))).toBe(keys[1]);
	});

	it('tells the last frame of one request from the first frame of another', async () => {
		const none = { imageBinaryField: undefined, endFrameBinaryField: undefined };
		const first = await keyOf({ ...none, imageBinaryField: 'data' }, picture('a'));
		const last = { ...none, endFrameBinaryField: 'data' };
		expect(await keyOf(last, loading({ endFrameUrl: image('a') }))).not.toBe(first);
	});

	it('is what earlier versions have stored: otherwise, finished videos would be made again', async () => {
		const known = {
			model: 'seedance-2.0',
			mode: 'imageToVideo',
			prompt: 'A lamp',
			duration: 5,
			aspectRatio: '16:9',
			audio: true,
		} as const;
		// Both were computed before requests had several files, when contentKeyOf knew no other file than the first frame.
		const byFile = { ...known, imageBinaryField: 'data', metadata: { sku: 'A' } };
		expect(await contentKeyOf(byFile, picture('shoe'))).toEqual(
			success('7a3aec8037e3230043c0bbedab31120bf632f757'),
		);
		const byAddress = { ...known, imageUrl: 'https://e.com/first.png' };
		expect(await contentKeyOf(byAddress, undefined)).toEqual(
			success('701da8e41cca5f1dd87cbe9f0104c3cfd93c360d'),
		);
	});

	it('cannot be told when the file cannot be read', async () => {
		const fault = { message: 'No such file', transient: false, ambiguous: false };
		const lost = () => Promise.resolve({ ok: false as const, fault });
		expect(await contentKeyOf(request, lost)).toEqual({ ok: false, fault });
	});
});

/** Where an execution runs, and with which items. */
interface Place {
	instance?: string;
	workflow?: string;
	execution?: string;
	node?: string;
	/** A parameter of the node. */
	prompt?: string;
	runIndex?: number;
	items?: object[];
}

function at({ instance = 'i', workflow = 'w', execution = '7', ...place }: Place = {}) {
	const { node = 'n', prompt = '={{ $json.prompt }}', runIndex = 0, items } = place;
	return {
		evaluateExpression: () => runIndex,
		getInstanceId: () => instance,
		getWorkflow: () => ({ id: workflow }),
		getExecutionId: () => execution,
		getNode: () => ({ id: node, parameters: { prompt } }),
		getInputData: () => (items ?? [{ sku: 'A' }, { sku: 'A' }]).map((json) => ({ json })),
	} as unknown as IExecuteFunctions;
}

function keys(index: number, place: Place = {}): Keys {
	const ctx = at(place);
	const plan = { ...runIdentityOf(ctx, undefined), afterSubmit: 'wait' };
	const found = keysOf(ctx, plan, index, { duplicates: 'perExecution', custom: '' });
	if (!found.ok) throw new Error(found.fault.message);
	return found.value;
}

describe('the keys of an item, once per execution', () => {
	it('are the same in every try', () => {
		expect(keys(0)).toEqual(keys(0));
		expect(keys(0).isShared).toBe(false);
	});

	it.each<[string, Keys]>([
		['item', keys(1)],
		['run of the node in a loop', keys(0, { runIndex: 1 })],
		['execution', keys(0, { execution: '8' })],
		['workflow', keys(0, { workflow: 'w2' })],
		['n8n', keys(0, { instance: 'i2' })],
		['node', keys(0, { node: 'n2' })],
		['setting of the node', keys(0, { prompt: 'A lamp' })],
		['input', keys(0, { items: [{ sku: 'B' }, { sku: 'A' }] })],
	])('name another submit to the provider for another %s', (_, other) => {
		expect(other.idempotencyKey).not.toBe(keys(0).idempotencyKey);
	});

	it("are found again in the node's memory by a retried execution", () => {
		expect(keys(0, { execution: '8' }).memoryKey).toBe(keys(0).memoryKey);
	});

	it('are the same in every version of these nodes, so that an update pays for nothing twice', () => {
		const ctx = at();
		const run = runIdentityOf(ctx, undefined);
		const choice = { duplicates: 'perExecution', custom: '' } as const;
		expect(run.settings).toBe('3ab0dcf77ab00f4edca3bd7018309f29b1f1b77c');
		expect(keysOf(ctx, { ...run, afterSubmit: 'wait' }, 0, choice)).toEqual(
			success({
				memoryKey: '0/0',
				idempotencyKey: '4d8d52c2009b312376a91b891bb9440f94be4f6c',
				isShared: false,
			}),
		);
	});

	it('do without an input that has no JSON', () => {
		const items = [{ big: 1n }, { sku: 'A' }];
		expect(keys(0, { items }).idempotencyKey).toMatch(/^[0-9a-f]{40}$/);
	});
});

describe('the keys of an item that executions share', () => {
	const plan = { runKey: 'r', runIndex: 0, settings: 's', toolCall: undefined };
	const shared = (duplicates: 'perContent' | 'custom', custom = '', afterSubmit = 'wait') =>
		keysOf(at(), { ...plan, afterSubmit }, 0, { duplicates, custom }, 'content');

	it('are made of the content', () => {
		const expected = { memoryKey: 'content', idempotencyKey: 'content', isShared: true };
		expect(shared('perContent')).toEqual(success(expected));
	});

	it("are made of the user's own key", () => {
		const [first, same, other] = ['A-1', 'A-1', 'A-2'].map((key) => shared('custom', key));
		expect(first).toMatchObject({ ok: true, value: { isShared: true } });
		expect(same).toEqual(first);
		expect(other).not.toEqual(first);
	});

	it('are refused where the own key is empty', () => {
		expect(shared('custom')).toMatchObject({
			fault: { message: expect.stringContaining('Idempotency Key: an empty value') },
		});
	});

	it.each([
		['perContent', 'resume', '"Let Wait for Webhook Take Over"'],
		['custom', 'resume', '"Let Wait for Webhook Take Over"'],
		['perContent', 'sleep', '"Sleep Until It Is Ready"'],
		['custom', 'sleep', '"Sleep Until It Is Ready"'],
	] as const)('(%s) do not go with a sleeping execution (%s)', (way, afterSubmit, choice) => {
		expect(shared(way, 'A-1', afterSubmit)).toMatchObject({
			fault: { message: expect.stringContaining(choice) },
		});
	});
});

describe('"Duplicates" as the user sets it', () => {
	it.each<[IDataObject, { duplicates: string; custom: string; reads: boolean }]>([
		[{}, { duplicates: 'perExecution', custom: '', reads: false }],
		[{ duplicates: 'perContent' }, { duplicates: 'perContent', custom: '', reads: true }],
		[
			{ duplicates: 'custom', idempotencyKey: 'A-1' },
			{ duplicates: 'custom', custom: 'A-1', reads: true },
		],
		[
			{ duplicates: 'custom', idempotencyKey: 4711 },
			{ duplicates: 'custom', custom: '4711', reads: true },
		],
	])('%j', (options, { reads, ...choice }) => {
		const read = readChoice(options);
		expect(read).toEqual(success(choice));
		expect(read.ok && needsContent(read.value)).toBe(reads);
	});

	it('names what is allowed', () => {
		expect(readChoice({ duplicates: 'never' })).toMatchObject({
			fault: { message: expect.stringMatching(/"never".*perExecution, perContent, custom/) },
		});
	});
});

describe('the keys of the calls of an agent', () => {
	/** An execution in which a model calls the node; what the node stores survives a try. */
	function agent() {
		const context: IDataObject = {};
		const keysIn = (args: object, execution = '7', settings = 's') => {
			const ctx = { ...at({ execution }), getContext: () => context };
			const plan = { runKey: 'r', runIndex: 0, settings, toolCall: { args }, afterSubmit: 'wait' };
			const choice = { duplicates: 'perExecution', custom: '' } as const;
			const found = keysOf(ctx, plan, 0, choice);
			return found.ok ? found.value : undefined;
		};
		return keysIn;
	}

	it('are the same in every try of one call', () => {
		const [keysIn, args] = [agent(), { prompt: 'A lamp' }];
		expect(keysIn(args)).toEqual(keysIn(args));
	});

	it('are others for a second call, also for the same video: the agent wants two', () => {
		const keysIn = agent();
		const [first, same, other] = ['A lamp', 'A lamp', 'A shoe'].map(
			(prompt) => keysIn({ prompt })!,
		);
		expect(new Set([first, same, other].map((each) => each!.memoryKey)).size).toBe(3);
		expect(new Set([first, same, other].map((each) => each!.idempotencyKey)).size).toBe(3);
	});

	it('are others with other settings of the node', () => {
		expect(agent()({ prompt: 'A lamp' })).not.toEqual(agent()({ prompt: 'A lamp' }, '7', 'other'));
	});

	it('are found again by an execution that is retried', () => {
		expect(agent()({ prompt: 'A lamp' })).toEqual(agent()({ prompt: 'A lamp' }));
		const keysIn = agent();
		const first = keysIn({ prompt: 'A lamp' });
		expect(keysIn({ prompt: 'A lamp' }, '8')).toEqual(first);
	});
});
