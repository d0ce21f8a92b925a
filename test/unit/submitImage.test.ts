/** From the image file of an item to the request that carries it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../nodes/Seedance/core/fault';
import type { ImageFile, MediaRequest } from '../../nodes/Seedance/core/request';
import { checkImage } from '../../nodes/Seedance/runtime/submit/image';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { submit, type SubmitItem } from '../../nodes/Seedance/runtime/submit/submit';
import { oneByOne, says, scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const bytes = readFileSync(join(__dirname, '../sandbox/assets/images/square-512.png'));
const request: MediaRequest = { model: 'm', mode: 'imageToVideo', prompt: 'A lamp' };

describe('the file of an item', () => {
	const checking = (
		file: Buffer,
		fileName?: string,
		imageBinaryField: string | undefined = 'data',
	) => {
		const helpers = {
			assertBinaryData: (_: number, field: string) => {
				if (field !== 'data') throw new Error('None');
				return { fileName };
			},
			getBinaryDataBuffer: () => Promise.resolve(file),
		};
		const ctx = { helpers } as unknown as IExecuteFunctions;
		return checkImage(ctx, { ...request, imageBinaryField }, undefined, 0);
	};

	it('is checked at once and loaded when it is sent', async () => {
		const checked = await checking(bytes, 'lamp.png');
		const image = { bytes, mimeType: 'image/png', fileName: 'lamp.png' };
		expect(checked.ok && (await checked.value!())).toEqual({ ok: true, value: image });
	});

	it('has a name on the wire also where it has none in n8n', async () => {
		const checked = await checking(bytes);
		expect(checked.ok && (await checked.value!())).toMatchObject({
			value: { fileName: 'image.png' },
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
	])('is refused before anything is sent: %s', async (field, file, message) => {
		expect(await checking(file, 'lamp.png', field)).toMatchObject({
			ok: false,
			fault: { message },
		});
	});

	it('is not looked for where there is to be none', async () => {
		const ctx = {} as IExecuteFunctions;
		expect(await checkImage(ctx, request, undefined, 0)).toEqual({ ok: true, value: undefined });
	});
});

describe('a request with a file', () => {
	const image: ImageFile = { bytes, mimeType: 'image/png', fileName: 'lamp.png' };
	const url = 'https://files.example/1.png';

	async function submitting(
		more: Partial<SubmitItem>,
		{ uploads = false, loaded = success(image) as Outcome<ImageFile> } = {},
	) {
		const answer = says({ jobId: 'job_1', status: 'queued' });
		const session = scriptedSession(new VirtualClock(0), ({ what }) =>
			what === 'generate' ? answer : success({ url } as never),
		);
		if (uploads) {
			const never = () => ({ method: 'POST', path: '/upload' }) as const;
			const [dialect] = session.provider.dialects;
			Object.assign(dialect!, { upload: { request: never, response: () => ({ url }) } });
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
			loadImage: () => Promise.resolve(loaded),
			...more,
		};
		const outcome = await submit({ session, memory: submitMemory({}, '7') }, order);
		const sent = session.asked.find(({ what }) => what === 'generate')?.input;
		return { outcome, sent: (sent as { request: MediaRequest } | undefined)?.request };
	}

	it('carries it', async () => {
		expect((await submitting({})).sent).toEqual({ ...request, imageFile: image });
	});

	it('is the same under a shared key, whatever the file and the metadata are', async () => {
		const { sent } = await submitting({
			isShared: true,
			request: { ...request, metadata: { a: 1 } },
		});
		expect(sent).toEqual({ ...request, imageFile: { ...image, fileName: 'image.png' } });
	});

	it('carries its address where the provider takes files elsewhere', async () => {
		expect((await submitting({}, { uploads: true })).sent).toEqual({ ...request, imageUrl: url });
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
		expect(lost).toMatchObject({ submission: { request, idempotencyKey: 'key' } });
	});
});
