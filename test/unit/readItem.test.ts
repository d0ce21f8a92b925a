import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, type Outcome } from '../../nodes/Seedance/core/fault';
import type { Shot } from '../../nodes/Seedance/core/films';
import type { Provider } from '../../nodes/Seedance/core/provider';
import { requestOptions } from '../../nodes/Seedance/form/common';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import { readItem, type GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import type { RunOptions } from '../../nodes/Seedance/runtime/submit/runOptions';

const form: IDataObject = {
	model: 'seedance-2.0',
	mode: 'textToVideo',
	prompt: 'A lamp',
	duration: 4,
	aspectRatio: '9:16',
	audio: false,
};
const HOUR = 3_600_000;

interface Setting {
	plan?: Partial<RunOptions>;
	/** The parameters as the workflow has them. */
	written?: IDataObject;
	provider?: Provider;
}

/** One item as the form and its options give it. */
async function reading(
	parameters: IDataObject = {},
	options: IDataObject = {},
	{ plan, written = {}, provider = seedance }: Setting = {},
): Promise<Outcome<GenerateItem>> {
	const values: IDataObject = { ...form, ...parameters, options };
	const ctx = {
		getNode: () => ({ parameters: { ...values, ...written } }),
		getNodeParameter: (name: string) => {
			const value = values[name] ?? null;
			if (value instanceof Error) throw value;
			return value;
		},
		getInputData: () => [{ json: { sku: 'A' } }],
		helpers: {
			assertBinaryData: () => {
				throw new Error('None');
			},
		},
	} as unknown as IExecuteFunctions;
	const run = { runKey: 'r', runIndex: 0, settings: 's', toolCall: undefined, makes: 'video' };
	const all = { ...run, afterSubmit: 'wait', shots: [] as readonly Shot[], ...plan } as RunOptions;
	return await readItem(ctx, provider, all, 0);
}

async function orderOf(...item: Parameters<typeof reading>): Promise<GenerateItem> {
	const order = await reading(...item);
	if (!order.ok) throw new Error(order.fault.message);
	return order.value;
}
const refusal = (text: string | RegExp) => ({
	ok: false,
	fault: { message: expect.stringMatching(text), ambiguous: false },
});

it('makes one request of the form and the options, with what it costs', async () => {
	expect(await orderOf({}, { metadata: '{"sku": "A"}' })).toMatchObject({
		itemIndex: 0,
		request: {
			model: 'seedance-2.0',
			mode: 'textToVideo',
			prompt: 'A lamp',
			duration: 4,
			aspectRatio: '9:16',
			audio: false,
			metadata: { sku: 'A' },
		},
		creditsEstimated: 243,
		memoryKey: '0/0',
		isShared: false,
		settings: 's',
	});
	expect((await orderOf({ duration: 10 })).creditsEstimated).toBe(607);
});

it('waits twenty minutes for a file that is not fetched, unless told otherwise', async () => {
	expect(await orderOf()).toMatchObject({
		timeoutMs: HOUR / 3,
		downloadVideo: false,
		binaryField: 'video',
		onJobFailure: 'error',
	});
	const options = { timeoutMinutes: '5', binaryField: ' clip ', onJobFailure: 'return' };
	expect(await orderOf({ downloadVideo: true }, options)).toMatchObject({
		timeoutMs: HOUR / 12,
		downloadVideo: true,
		binaryField: 'clip',
		onJobFailure: 'return',
	});
});

it('the provider may drop a job after the time-out only where the node waits for it', async () => {
	const unwantedAfter = async (afterSubmit: RunOptions['afterSubmit']) =>
		(await orderOf({}, { timeoutMinutes: 3 }, { plan: { afterSubmit } })).unwantedAfterMs;
	expect(await unwantedAfter('wait')).toBe(180_000);
	// A job that somebody looks up tomorrow must not end because a time-out of this node has passed.
	expect(await unwantedAfter('sleep')).toBeUndefined();
	expect(await unwantedAfter('return')).toBeUndefined();
});

it('an item without the file that it names is refused, not made without its image', async () => {
	const image = { mode: 'imageToVideo', imageInput: 'binary', imageBinaryField: 'photo' };
	expect(await reading(image)).toMatchObject(refusal(/"photo": the item has no file of this name/));
});

it('an item whose place in its film is not known is refused with that reason', async () => {
	const fault = inputFault('Continue Group: no');
	const shots: Shot[] = [{ continues: false, hasNext: false, fault }];
	expect(await reading({}, {}, { plan: { shots } })).toEqual(failure(fault));
});

it('an item that cannot be a part of a film is refused, and nothing is submitted', async () => {
	const shots: Shot[] = [{ continues: true, hasNext: false }];
	expect(await reading({}, {}, { plan: { shots } })).toMatchObject({
		ok: false,
		fault: {
			message: expect.stringMatching(/"previousItem" is not possible with/) as string,
			hint: 'Nothing was submitted for this item.',
		},
	});
});

describe('a job of the cheap tier', () => {
	const [model] = seedance.models;
	const serviceTier = {
		values: ['default', 'flex'] as const,
		default: 'default' as const,
		longestMinutes: { flex: 48 * 60 },
	};
	const can = { ...model!.modes.textToVideo!, serviceTier };
	const tiers: Provider = { ...seedance, models: [{ ...model!, modes: { textToVideo: can } }] };
	const ordered = async (options: IDataObject) => await orderOf({}, options, { provider: tiers });
	const waitOf = async (options: IDataObject) => (await ordered(options)).timeoutMs;

	it('says how long the provider may keep it, whatever the timeout', async () => {
		const options = { serviceTier: 'flex', timeoutMinutes: 5 };
		expect(await ordered(options)).toMatchObject({ longestMs: 48 * HOUR });
		expect((await ordered({})).longestMs).toBeUndefined();
	});

	it('is waited for 48 hours, unless told otherwise', async () => {
		expect(await waitOf({ serviceTier: 'flex' })).toBe(48 * HOUR);
		expect(await waitOf({ serviceTier: 'flex', timeoutMinutes: 5 })).toBe(HOUR / 12);
	});

	it('is another one than a job of the default tier', async () => {
		expect(await waitOf({ serviceTier: 'default' })).toBe(HOUR / 3);
		expect(await waitOf({})).toBe(HOUR / 3);
	});

	it('is not known from what is left over from another model', async () => {
		expect((await orderOf({}, { serviceTier: 'flex' })).timeoutMs).toBe(HOUR / 3);
	});
});

describe('where the provider is to call', () => {
	const resumeAddress = 'https://n8n.example/webhook-waiting/7';

	it('is the execution itself, if that is what sleeps', async () => {
		const { request } = await orderOf({}, {}, { plan: { afterSubmit: 'resume', resumeAddress } });
		expect(request.callbackUrl).toBe(resumeAddress);
	});

	it("is the user's address, if there is to be one", async () => {
		const callbackUrl = 'https://e.com/call';
		const { request } = await orderOf({ callbackUrl }, {}, { plan: { afterSubmit: 'callback' } });
		expect(request.callbackUrl).toBe(callbackUrl);
	});

	it('is nowhere otherwise, whatever is left in the hidden field', async () => {
		const { request } = await orderOf({ callbackUrl: 'https://e.com/call' });
		expect(request.callbackUrl).toBeUndefined();
	});

	it.each(['', ' ', null, 7])('is refused when it is %j', async (callbackUrl) => {
		const plan = { afterSubmit: 'callback' } as const;
		expect(await reading({ callbackUrl }, {}, { plan })).toMatchObject(refusal(/^Callback URL: /));
	});
});

describe('"Reuse Identical (Hours)"', () => {
	it('looks for the content of that age', async () => {
		const { reuse, contentKey } = await orderOf({}, { reuseIdenticalHours: 1.5 });
		expect(reuse).toEqual({ contentKey, maxAgeMs: 1.5 * HOUR });
		expect(contentKey).toMatch(/^[0-9a-f]{40}$/);
	});

	it.each([{}, { reuseIdenticalHours: 0 }])('looks for nothing with %j', async (options) => {
		const order = await orderOf({}, options);
		expect([order.reuse, order.contentKey]).toStrictEqual([undefined, undefined]);
	});

	it('goes along with "Once per Content"', async () => {
		const options = { reuseIdenticalHours: 1, duplicates: 'perContent' };
		const { reuse, contentKey, memoryKey, isShared } = await orderOf({}, options);
		expect([reuse?.contentKey, memoryKey, isShared]).toEqual([contentKey, contentKey, true]);
	});
});

describe('an item that cannot be right is refused in words', () => {
	it.each<[string, IDataObject, IDataObject, RegExp]>([
		['an unknown model', { model: 'sora' }, {}, /^Model: "sora".*Allowed: seedance-2\.0/],
		['a model for images', { model: 'seedream-v5' }, {}, /^Model: "seedream-v5"/],
		['an impossible duration', { duration: 3 }, {}, /^Duration \(Seconds\): "3"/],
		['an impossible wait', {}, { timeoutMinutes: 0 }, /^Timeout \(Minutes\): "0"/],
		['a negative age', {}, { reuseIdenticalHours: -1 }, /^Reuse Identical \(Hours\): "-1"/],
		['an unknown choice', {}, { duplicates: 'never' }, /^Duplicates: "never"/],
		['an empty key', {}, { duplicates: 'custom' }, /^Idempotency Key: an empty value/],
		['an option that is empty', {}, { metadata: '' }, /^Metadata: an empty value/],
	])('%s', async (_, parameters, options, message) => {
		expect(await reading(parameters, options)).toMatchObject(refusal(message));
	});

	it.each(['model', 'mode', 'prompt', 'duration', 'options', 'downloadVideo'])(
		'an expression in "%s" that fails',
		async (name) => {
			const broken = new Error('x is not defined') as unknown as string;
			const read = name === 'options' ? reading({}, broken as never) : reading({ [name]: broken });
			const message = new RegExp(`^The parameter "${name}" cannot be read: x is not defined`);
			expect(await read).toMatchObject(refusal(message));
		},
	);

	it('an expression that found nothing, where a field that is left out has its default', async () => {
		const empty = { aspectRatio: null };
		expect((await orderOf(empty)).request.aspectRatio).toBe('16:9');
		const written = { aspectRatio: '={{ $json.ratio }}' };
		expect(await reading(empty, {}, { written })).toMatchObject(
			refusal(/^Aspect Ratio: an empty value/),
		);
	});
});

it('gives the same content the same key in every version, else it would be paid for twice', async () => {
	const { request, contentKey } = await orderOf(
		{ model: 'seedance-1.0-lite', mode: 'imageToVideo', imageUrl: 'https://example.com/a.png' },
		{ seed: 7, metadata: '{"sku": "A"}', reuseIdenticalHours: 1 },
	);
	expect(request).toMatchObject({ seed: 7, imageUrl: 'https://example.com/a.png', duration: 4 });
	expect(contentKey).toBe('7134f94ac8e4eedd2f659ab35270d2b4ace26d88');
});

describe('a capability on a row of a model', () => {
	const [model] = seedance.models;
	const can = { ...model!.modes.textToVideo!, modelId: { placeholder: 'e.g. ep-1' } };
	const newer: Provider = {
		...seedance,
		id: 'newer',
		models: [{ ...model!, modes: { textToVideo: can } }],
	};

	it('gives the option, for this model only', () => {
		const names = (offered: readonly Provider[]) =>
			requestOptions('video', offered).map(({ name }) => name);
		expect(requestOptions('video', [seedance, newer])).toContainEqual({
			displayName: 'Model ID',
			name: 'modelId',
			type: 'string',
			default: '',
			placeholder: 'e.g. ep-1',
			description: expect.any(String),
			displayOptions: {
				show: { '/provider': ['newer'], '/model': [model!.id], '/mode': ['textToVideo'] },
			},
		});
		expect([names([newer]), names([seedance])]).toEqual([['modelId'], ['endFrameUrl', 'seed']]);
	});

	it.each([
		['trimmed', ' ep-2 ', 'ep-2'],
		['as long as it may be', 'x'.repeat(200), 'x'.repeat(200)],
		['not at all where it is left out', undefined, undefined],
	])('takes the value along, %s', async (_, modelId, sent) => {
		const options = modelId === undefined ? {} : { modelId };
		const { request } = await orderOf({}, options, { provider: newer });
		expect(request.modelId).toBe(sent);
		expect(JSON.stringify(request).includes('modelId')).toBe(sent !== undefined);
	});

	it.each([
		['empty', ' ', 'an empty value'],
		['too long', 'x'.repeat(201), `"${'x'.repeat(57)}…" (201 characters)`],
		['no text', 7, '"7"'],
	])('refuses a value that is %s', async (_, modelId, shown) => {
		const message = `Model ID: ${shown} is not possible with Seedance 2.0. Allowed: a text of 1 to 200 characters.`;
		const read = await reading({}, { modelId }, { provider: newer });
		expect(read).toMatchObject({ ok: false, fault: { message } });
	});

	it('is what lets the value through: another model does not get it', async () => {
		expect((await orderOf({}, { modelId: 'ep-2' })).request.modelId).toBeUndefined();
	});
});
