/** From the image files of an item to the request that carries them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../nodes/Seedance/core/fault';
import { USUAL_IMAGE_LIMITS } from '../../nodes/Seedance/core/image';
import type { Capabilities } from '../../nodes/Seedance/core/model';
import type { Files, ImageFile, MediaRequest } from '../../nodes/Seedance/core/request';
import type { Dialect } from '../../nodes/Seedance/core/provider';
import { checkFiles } from '../../nodes/Seedance/runtime/submit/files';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { prepare } from '../../nodes/Seedance/runtime/submit/prepare';
import { submit } from '../../nodes/Seedance/runtime/submit/submit';
import type { SubmitItem } from '../../nodes/Seedance/runtime/submit/submitItem';
import { oneByOne, says, scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const asset = (name: string) => readFileSync(join(__dirname, '../sandbox/assets/images', name));
const bytes = asset('square-512.png');
const request: MediaRequest = { model: 'm', mode: 'imageToVideo', prompt: 'A lamp' };

describe('the file of an item', () => {
	const checking = (
		file: Buffer | Error,
		fileName?: string,
		imageBinaryField: string | undefined = 'data',
	) => {
		const helpers = {
			assertBinaryData: (_: number, field: string) => {
				if (field !== 'data') throw new Error('None');
				return { fileName };
			},
			getBinaryDataBuffer: () =>
				file instanceof Error ? Promise.reject(file) : Promise.resolve(file),
		};
		const ctx = { helpers } as unknown as IExecuteFunctions;
		return checkFiles(ctx, { ...request, imageBinaryField }, undefined, 0);
	};

	it('is checked at once and loaded when it is sent', async () => {
		const checked = await checking(bytes, 'lamp.png');
		const image = { bytes, mimeType: 'image/png', fileName: 'lamp.png' };
		expect(checked.ok && (await checked.value!())).toEqual(success({ imageUrl: image }));
	});

	it('has a name on the wire also where it has none in n8n', async () => {
		const checked = await checking(bytes);
		expect(checked.ok && (await checked.value!())).toMatchObject({
			value: { imageUrl: { fileName: 'image.png' } },
		});
	});

	it.each([
		[
			'other',
			bytes,
			'Input Binary Field "other": the item has no file of this name. Allowed: the name of a binary field.',
		],
		[
			'data',
			Buffer.from('text'),
			'Input Binary Field "data": the file is not an image that can be read. Allowed: JPEG, PNG or WebP.',
		],
		[
			'data',
			new Error("ENOENT: no such file, open '/home/node/.n8n/storage/x'"),
			'Input Binary Field "data": n8n cannot read this file from its storage. Run the node that made the file again.',
		],
	])('is refused before anything is sent: %s', async (field, file, message) => {
		expect(await checking(file, 'lamp.png', field)).toMatchObject({
			ok: false,
			fault: { message },
		});
	});

	it('is not looked for where there is to be none', async () => {
		const ctx = {} as IExecuteFunctions;
		const none = { ...request, referenceBinaryFields: [] };
		expect(await checkFiles(ctx, request, undefined, 0)).toEqual(success(undefined));
		expect(await checkFiles(ctx, none, undefined, 0)).toEqual(success(undefined));
	});
});

describe('the files of an item', () => {
	const stored: Record<string, Buffer> = {
		first: asset('square-512.png'),
		last: asset('square-512.jpg'),
		front: asset('square-512.webp'),
		back: asset('square-512.png'),
		small: asset('small-100.png'),
	};
	const size = (...fields: string[]) =>
		fields.reduce((sum, field) => sum + stored[field]!.length, 0) / 1024 / 1024;
	const helpers = {
		assertBinaryData: (_: number, field: string) => {
			if (!stored[field]) throw new Error('None');
			return { fileName: `${field}.file` };
		},
		getBinaryDataBuffer: (_: number, field: string) => Promise.resolve(stored[field]),
	};
	const ctx = { helpers } as unknown as IExecuteFunctions;
	const checking = (fields: Partial<MediaRequest>, can?: Capabilities) =>
		checkFiles(ctx, { ...request, ...fields }, can, 0);
	const frames = { imageBinaryField: 'first', endFrameBinaryField: 'last' };
	const all = { ...frames, referenceBinaryFields: ['front', 'back'] };
	const file = (field: string, mimeType: string) => ({
		bytes: stored[field],
		mimeType,
		fileName: `${field}.file`,
	});

	it('are loaded under the names of the addresses that they replace, the references in order', async () => {
		const checked = await checking(all);
		expect(checked.ok && (await checked.value!())).toEqual(
			success({
				imageUrl: file('first', 'image/png'),
				endFrameUrl: file('last', 'image/jpeg'),
				referenceImageUrls: [file('front', 'image/webp'), file('back', 'image/png')],
			}),
		);
	});

	it.each<[string, Partial<MediaRequest>, object]>([
		[
			'the last frame',
			{ endFrameBinaryField: 'last' },
			{ endFrameUrl: file('last', 'image/jpeg') },
		],
		[
			'references',
			{ referenceBinaryFields: ['back'] },
			{ referenceImageUrls: [file('back', 'image/png')] },
		],
	])('may be no more than %s', async (_, fields, files) => {
		const checked = await checking(fields);
		expect(checked.ok && (await checked.value!())).toEqual(success(files));
	});

	it.each<[Partial<MediaRequest>, string]>([
		[{ ...all, imageBinaryField: 'none' }, 'Input Binary Field "none": the item has no file'],
		[{ ...all, endFrameBinaryField: 'small' }, 'End Frame Binary Field "small": the image has'],
		[
			{ ...all, referenceBinaryFields: ['front', 'none'] },
			'Reference Binary Fields "none": the item has no file',
		],
		[{ referenceBinaryFields: ['small'] }, 'Reference Binary Fields "small": the image has'],
	])('are refused by the name of the field: %j', async (fields, message) => {
		expect(await checking(fields)).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining(message) as string, ambiguous: false },
		});
	});

	it('have the limits of their kind: those of the first frame also for the last', async () => {
		const tiny = { ...USUAL_IMAGE_LIMITS, minPixels: 100 };
		const image: Capabilities['image'] = { inputs: ['binary'], limits: tiny };
		const small = { imageBinaryField: 'small', endFrameBinaryField: 'small' };
		expect((await checking(small, { image })).ok).toBe(true);
		const reference = { referenceBinaryFields: ['small'] };
		expect((await checking(reference, { image })).ok).toBe(false);
		const can = { referenceBinaryFields: { max: 1, limits: tiny } };
		expect((await checking(reference, can)).ok).toBe(true);
		expect((await checking(small, can)).ok).toBe(false);
	});

	it.each<[string, Partial<MediaRequest>, number, (most: number) => Capabilities]>([
		[
			'frames',
			frames,
			size('first', 'last'),
			(most) => ({
				image: { inputs: ['binary'], limits: { ...USUAL_IMAGE_LIMITS, maxTotalMegabytes: most } },
			}),
		],
		[
			'references',
			{ referenceBinaryFields: ['front', 'back'] },
			size('front', 'back'),
			(most) => ({
				referenceBinaryFields: {
					max: 2,
					limits: { ...USUAL_IMAGE_LIMITS, maxTotalMegabytes: most },
				},
			}),
		],
	])('may be limited together: %s', async (_, fields, total, canUpTo) => {
		expect((await checking(fields, canUpTo(total))).ok).toBe(true);
		const most = total - 1 / 1024 / 1024;
		expect(await checking(fields, canUpTo(most))).toMatchObject({
			ok: false,
			fault: {
				message: `The files of this item have ${total.toFixed(1)} MB together. Allowed: up to ${most} MB.`,
				hint: expect.stringContaining('addresses') as string,
			},
		});
	});

	it('are read again for the submit, which fails where one is gone', async () => {
		const checked = await checking(all);
		const { back } = stored;
		delete stored.back;
		const loaded = checked.ok && (await checked.value!());
		stored.back = back!;
		expect(loaded).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining('"back"') as string },
		});
	});
});

describe('a request with a file', () => {
	const image: ImageFile = { bytes, mimeType: 'image/png', fileName: 'lamp.png' };
	const addressOf = ({ fileName }: ImageFile) => `https://files.example/${fileName}`;
	const url = addressOf(image);
	const others = ['last.jpg', 'front.webp', 'back.png'].map((fileName) => ({ ...image, fileName }));
	const [last, front, back] = others as [ImageFile, ImageFile, ImageFile];
	const all: Files = { imageUrl: image, endFrameUrl: last, referenceImageUrls: [front, back] };

	async function submitting(
		more: Partial<SubmitItem>,
		{
			uploads = false,
			inlineBytes = undefined as number | undefined,
			loaded = success({ imageUrl: image }) as Outcome<Files>,
		} = {},
	) {
		const answer = says({ jobId: 'job_1', status: 'queued' });
		const session = scriptedSession(new VirtualClock(0), ({ what, input }) =>
			what === 'generate' ? answer : success({ url: addressOf(input as ImageFile) } as never),
		);
		if (uploads) {
			const never = () => ({ method: 'POST', path: '/upload' }) as const;
			const [dialect] = session.provider.dialects;
			const upload = { request: never, response: () => ({ url }), inlineBytes };
			Object.assign(dialect!, { upload });
		}
		const order: SubmitItem = {
			itemIndex: 0,
			request,
			creditsEstimated: null,
			costUsdEstimated: null,
			memoryKey: '0/0',
			idempotencyKey: 'key',
			isShared: false,
			settings: 's',
			timeoutMs: 600_000,
			loadFiles: () => Promise.resolve(loaded),
			...more,
		};
		const outcome = await submit({ session, memory: submitMemory({}, '7') }, order);
		const sent = session.asked.find(({ what }) => what === 'generate')?.input;
		const uploaded = session.asked.filter(({ what }) => what !== 'generate');
		return {
			outcome,
			sent: (sent as { request: MediaRequest } | undefined)?.request,
			uploaded: uploaded.map(({ input }) => (input as ImageFile).fileName),
		};
	}

	it('carries it', async () => {
		expect((await submitting({})).sent).toEqual({ ...request, files: { imageUrl: image } });
	});

	it('carries all of them', async () => {
		expect((await submitting({}, { loaded: success(all) })).sent).toEqual({
			...request,
			files: all,
		});
	});

	it('is the same under a shared key, whatever the file and the metadata are', async () => {
		const { sent } = await submitting({
			isShared: true,
			request: { ...request, metadata: { a: 1 } },
		});
		expect(sent).toEqual({ ...request, files: { imageUrl: { ...image, fileName: 'image.png' } } });
		const named = await submitting({ isShared: true }, { loaded: success(all) });
		const unnamed = { ...image, fileName: 'image.png' };
		expect(named.sent?.files).toEqual({
			imageUrl: unnamed,
			endFrameUrl: unnamed,
			referenceImageUrls: [unnamed, unnamed],
		});
	});

	it('carries its address where the provider takes files elsewhere', async () => {
		expect((await submitting({}, { uploads: true })).sent).toEqual({ ...request, imageUrl: url });
	});

	it('carries small files, and all are uploaded where one of them is not small', async () => {
		const small = { uploads: true, inlineBytes: bytes.length, loaded: success(all) };
		const inline = await submitting({}, small);
		expect(inline).toMatchObject({ sent: { ...request, files: all }, uploaded: [] });
		const large = { ...back, bytes: Buffer.concat([bytes, Buffer.alloc(1)]) };
		const mixed = success({ ...all, referenceImageUrls: [front, large] });
		const { sent, uploaded } = await submitting({}, { ...small, loaded: mixed });
		expect(uploaded).toEqual(['lamp.png', 'last.jpg', 'front.webp', 'back.png']);
		expect(sent).not.toHaveProperty('files');
	});

	it('carries the addresses of all files, those of references after those that were given', async () => {
		const given = {
			...request,
			referenceImageUrls: ['https://e.com/1.png', 'https://e.com/2.png'],
		};
		const options = { uploads: true, loaded: success(all) };
		const { sent, uploaded } = await submitting({ request: given }, options);
		expect(uploaded).toEqual(['lamp.png', 'last.jpg', 'front.webp', 'back.png']);
		expect(sent).toEqual({
			...request,
			imageUrl: url,
			endFrameUrl: addressOf(last),
			referenceImageUrls: [...given.referenceImageUrls, addressOf(front), addressOf(back)],
		});
		expect(sent).not.toHaveProperty('files');
	});

	it('keeps the addresses that were given where only other files are uploaded', async () => {
		const given = {
			...request,
			imageUrl: 'https://e.com/a.png',
			endFrameUrl: 'https://e.com/b.png',
		};
		const loaded = success({ referenceImageUrls: [front] });
		const { sent } = await submitting({ request: given }, { uploads: true, loaded });
		expect(sent).toEqual({ ...given, referenceImageUrls: [addressOf(front)] });
	});

	it('is not sent where one of its files could not be uploaded', async () => {
		const gone = failure(inputFault('No room'));
		const session = scriptedSession(new VirtualClock(0), ({ input }) =>
			(input as ImageFile).fileName === 'front.webp' ? gone : success({ url } as never),
		);
		const upload = { request: () => ({ method: 'POST', path: '/' }), response: () => ({ url }) };
		const dialect = { ...session.provider.dialects[0]!, upload } as Dialect;
		const item = { request, isShared: false, timeoutMs: 600_000 };
		const loadFiles = () => Promise.resolve(success(all));
		expect(await prepare(session, dialect, { ...item, loadFiles })).toEqual(gone);
		expect(session.asked).toHaveLength(3);
	});

	it('is not sent where the file cannot be loaded any more', async () => {
		const loaded = failure(inputFault('Gone'));
		const { outcome, sent } = await submitting({}, { loaded });
		expect(outcome).toEqual(loaded);
		expect(sent).toBeUndefined();
	});
});

describe('what is sent', () => {
	const order: SubmitItem = {
		itemIndex: 3,
		request,
		creditsEstimated: null,
		costUsdEstimated: null,
		memoryKey: '0/3',
		idempotencyKey: 'key',
		isShared: false,
		settings: 's',
		timeoutMs: 600_000,
	};

	it.each([
		[true, 'key'],
		[false, undefined],
	])(
		'is written down before, with its key if the provider knows keys (%p)',
		async (idempotent, key) => {
			const answers = oneByOne(says({ jobId: 'job_1', status: 'queued' }));
			const session = scriptedSession(new VirtualClock(0), answers, { idempotent });
			const noted: unknown[] = [];
			session.noteSubmit = (...args) => void noted.push(args);
			await submit({ session, memory: submitMemory({}, '7') }, order);
			expect(noted).toEqual([[[3], key]]);
			expect(session.account.unanswered.lost('key', session.clock.now())).toBeUndefined();
		},
	);

	it('and has no answer is remembered, so that its job can be looked for', async () => {
		const session = scriptedSession(new VirtualClock(0), () => silence, { idempotent: false });
		await submit({ session, memory: submitMemory({}, '7') }, order);
		const lost = session.account.unanswered.lost('key', session.clock.now());
		expect(lost).toMatchObject({ request, idempotencyKey: 'key' });
	});
});
