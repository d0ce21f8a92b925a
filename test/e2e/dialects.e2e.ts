// A real path through each dialect in a real n8n: image in by address or as a file, video out by address or as a file. Each
// dialect's other forms are proved by the contract and engine tests; the example of a new SKU starts from a text.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution, Item } from '../n8n/execution.ts';
import { isMp4 } from '../n8n/mp4.ts';
import { ROOT } from '../n8n/paths.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip, Picture } from '../sandbox/core/clip.ts';
import { exactly } from '../sandbox/core/money.ts';
import { jpeg } from '../sandbox/dialects/modelArkLinks.ts';
import { standIns } from '../sandbox/index.ts';
import type { JobSummary, RequestRecord, StandIn } from '../sandbox/index.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setTheStage } from './play.ts';

/** Provider seconds per second: the hour for which Segmind keeps a result takes 3 minutes, and jobs take 1.5 s. */
const SPEED = 20;
const JOB_SECONDS = 30;
/** High enough for all workflows of this file at once. */
const LIMITS = { requestsPerMinute: 600, maxConcurrentJobs: 40 };
/** Without an estimate from the provider, the first poll comes late, but at the latest when the time is up. */
const TIMEOUT_MINUTES = 0.1;

const PROVIDERS = standIns.map(({ provider }) => provider);
const standInOf = (provider: string): StandIn =>
	standIns.find((standIn) => standIn.provider === provider)!;
const credentialTypeOf = (provider: string): string => standInOf(provider).credentialType;

/** The contract: every key is always present, plus one key for the address of the result. */
const JOB_KEYS = [
	'jobId',
	'provider',
	'model',
	'status',
	'progress',
	'durationSeconds',
	'lastFrameUrl',
	'seed',
	'resolution',
	'hasAudio',
	'fileSizeBytes',
	'creditsCharged',
	'creditsEstimated',
	'costUsd',
	'costUsdEstimated',
	'estimatedSeconds',
	'createdAt',
	'completedAt',
	'expiresAt',
	'failure',
	'metadata',
	'reference',
];

type Makes = 'video' | 'image';
type Parameters = Record<string, unknown>;

interface Target {
	name: string;
	provider: string;
	model: string;
	parameters: Parameters;
}

interface Case extends Target {
	/** A file that is posted to n8n's own Webhook node: in a form field with this name, or as the whole body. */
	file?: { name: string; field?: string };
	/** The path that receives the submission, once. */
	submitPath: string;
	/** Values that the body of the submission must contain. */
	body: Record<string, unknown>;
	/** Values that the job must contain in addition to the common ones. */
	job: Record<string, unknown>;
	/** The provider's charge, in its currency. */
	price: number;
	makes?: Makes;
	/** Set if only one of the two is output: the file stays at its address, or never had one. */
	out?: 'url' | 'file';
	/** The last frame comes with the video. */
	lastFrame?: true;
	/** Neither the ID nor a reply about the job says which model made it. */
	unnamed?: true;
	/** The reply to the submission has the file, and the provider knows no job that could be looked up. */
	noJob?: true;
}

const imageUrl = 'https://example.com/shoe.jpg';
const endFrameUrl = 'https://example.com/end.jpg';
const fromUrl = { mode: 'imageToVideo', imageUrl };
const fromFile = { mode: 'imageToVideo', imageInput: 'binary' };

const imageFile = (name: string): Buffer<ArrayBuffer> =>
	readFileSync(path.join(ROOT, 'test', 'sandbox', 'assets', 'images', name));
const typeOf = (name: string): string =>
	`image/${path.extname(name).slice(1)}`.replace('jpg', 'jpeg');
/** How the sandbox records a file in a form. */
const fileInForm = (name: string) => {
	const bytes = imageFile(name);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	return { filename: name, contentType: typeOf(name), bytes: bytes.length, sha256 };
};

const inCredits = (credits: number, usdPerCredit = 0.01) => ({
	creditsCharged: credits,
	creditsEstimated: credits,
	costUsd: exactly(credits * usdPerCredit),
});
const inDollars = (costUsd: number) => ({ creditsCharged: null, creditsEstimated: null, costUsd });
/** What a finished job says of its price, in the currency of its provider. */
function chargeOf(provider: string, price: number) {
	const { currency, usdPerCredit } = standInOf(provider);
	return currency === 'usd' ? inDollars(price) : inCredits(price, usdPerCredit);
}

/** An image in the content of a submission to ModelArk. */
const imageAs = (role: string, url: string) => ({ type: 'image_url', image_url: { url }, role });
const inBase64 = (name: string): string =>
	`data:${typeOf(name)};base64,${imageFile(name).toString('base64')}`;

const cases: Case[] = [
	{
		name: 'Seedance 2.0 from an address',
		provider: 'seedance',
		model: 'seedance-2.0',
		parameters: { ...fromUrl, duration: 4 },
		submitPath: '/v1/generate/image-to-video',
		body: { image_url: imageUrl, duration: 4, aspect_ratio: '16:9', audio: true },
		job: { durationSeconds: 4, resolution: '1280x720', hasAudio: true, ...inCredits(243) },
		price: 243,
		out: 'url',
	},
	{
		name: 'Seedance 2.0 from a file',
		provider: 'seedance',
		model: 'seedance-2.0',
		parameters: { ...fromFile, imageBinaryField: 'photo', duration: 4, aspectRatio: '1:1' },
		file: { name: 'square-512.jpg', field: 'photo' },
		submitPath: '/v1/generate/image-to-video',
		body: {
			duration: '4',
			aspect_ratio: '1:1',
			audio: 'true',
			image: fileInForm('square-512.jpg'),
		},
		job: { durationSeconds: 4, resolution: '720x720', hasAudio: true, ...inCredits(243) },
		price: 243,
	},
	{
		name: 'Seedance 1.0 Pro from an address',
		provider: 'seedance',
		model: 'seedance-1.0-pro',
		parameters: { ...fromUrl, duration: 6, cameraLock: true, options: { endFrameUrl } },
		submitPath: '/v1/seedance-1-pro/generate',
		body: {
			source_image_url: imageUrl,
			end_frame_url: endFrameUrl,
			duration_seconds: 6,
			camera_lock: true,
		},
		job: { durationSeconds: 6, resolution: '1920x1080', ...inCredits(144) },
		price: 144,
	},
	{
		name: 'Seedance 1.0 Lite from a file',
		provider: 'seedance',
		model: 'seedance-1.0-lite',
		parameters: { ...fromFile, duration: 2, resolution: '720p' },
		file: { name: 'square-512.webp' },
		submitPath: '/v1/seedance-1-lite/generate',
		body: {
			image: imageFile('square-512.webp').toString('base64'),
			duration: 2,
			camera_lock: true,
			resolution: '720p',
		},
		job: { durationSeconds: 2, resolution: '720p', ...inCredits(14) },
		price: 14,
	},
	{
		name: 'Segmind from a file',
		provider: 'segmind',
		model: 'seedance-pro',
		parameters: { ...fromFile, duration: 5 },
		file: { name: 'square-512.png' },
		unnamed: true,
		submitPath: '/segmind/v2/seedance-pro',
		body: { duration: 5, resolution: '720p' },
		job: inDollars(0.35),
		price: 0.35,
	},
	{
		name: 'Segmind in one call',
		provider: 'segmind',
		model: 'seedance-pro',
		parameters: { mode: 'textToVideo', duration: 5, options: { requestMode: 'sync' } },
		submitPath: '/segmind/v1/seedance-pro',
		body: { duration: 5, resolution: '720p' },
		job: inDollars(0.35),
		price: 0.35,
		out: 'file',
	},
	{
		name: 'SeedanceAPI.org 1.5 from an address',
		provider: 'seedanceOrg',
		model: 'seedance-1.5',
		parameters: { ...fromUrl, duration: 12, audio: true },
		submitPath: '/seedanceorg/v1/generate',
		body: { duration: '12', image_urls: [imageUrl], generate_audio: true, aspect_ratio: '1:1' },
		job: inCredits(84),
		price: 84,
	},
	{
		name: 'SeedanceAPI.org 2.0 from an address',
		provider: 'seedanceOrg',
		model: 'seedance-2.0',
		parameters: { ...fromUrl, duration: 5 },
		submitPath: '/seedanceorg/v2/generate',
		body: { model: 'seedance-2.0', duration: 5, images: [imageUrl] },
		job: inCredits(240),
		price: 240,
	},
	{
		name: 'Seedream from a file',
		provider: 'seedance',
		model: 'seedream-v5',
		parameters: fromFile,
		file: { name: 'square-512.jpg', field: 'data' },
		submitPath: '/v1/generate/image-to-video',
		body: { model: 'seedream-v5', image: fileInForm('square-512.jpg') },
		job: inCredits(8),
		price: 8,
		makes: 'image',
	},
	{
		name: 'ModelArk from a text',
		provider: 'modelArk',
		model: 'seedance-2.0-mini',
		parameters: { mode: 'textToVideo', duration: 4, resolution: '480p', aspectRatio: '9:16' },
		submitPath: '/modelark/api/v3/contents/generations/tasks',
		body: {
			model: 'dreamina-seedance-2-0-mini-260615',
			content: [{ type: 'text', text: 'ModelArk from a text' }],
			resolution: '480p',
			ratio: '9:16',
			duration: 4,
			generate_audio: true,
			return_last_frame: false,
		},
		job: {
			durationSeconds: 4,
			resolution: '480p',
			hasAudio: true,
			lastFrameUrl: null,
			...inDollars(0.142079),
		},
		price: 0.142079,
	},
	{
		name: 'ModelArk from a file, with the last frame',
		provider: 'modelArk',
		model: 'seedance-2.0',
		parameters: {
			...fromFile,
			imageBinaryField: 'photo',
			duration: 4,
			resolution: '480p',
			audio: false,
			options: { returnLastFrame: true, endFrameUrl },
		},
		file: { name: 'square-512.jpg', field: 'photo' },
		submitPath: '/modelark/api/v3/contents/generations/tasks',
		body: {
			model: 'dreamina-seedance-2-0-260128',
			content: [
				{ type: 'text', text: 'ModelArk from a file, with the last frame' },
				imageAs('first_frame', inBase64('square-512.jpg')),
				imageAs('last_frame', endFrameUrl),
			],
			ratio: 'adaptive',
			generate_audio: false,
			return_last_frame: true,
		},
		// The ratio is that of the picture: 640x640.
		job: { durationSeconds: 4, resolution: '480p', hasAudio: false, ...inDollars(0.2716) },
		price: 0.2716,
		lastFrame: true,
	},
	{
		name: 'ModelArk from addresses and a file',
		provider: 'modelArk',
		model: 'seedance-2.0-fast',
		parameters: {
			mode: 'referenceToVideo',
			referenceImageUrls: `${imageUrl}\n${endFrameUrl}`,
			referenceBinaryFields: 'photo',
			duration: 4,
			resolution: '480p',
			aspectRatio: '1:1',
		},
		file: { name: 'square-512.webp', field: 'photo' },
		submitPath: '/modelark/api/v3/contents/generations/tasks',
		body: {
			model: 'dreamina-seedance-2-0-fast-260128',
			content: [
				{ type: 'text', text: 'ModelArk from addresses and a file' },
				imageAs('reference_image', imageUrl),
				imageAs('reference_image', endFrameUrl),
				imageAs('reference_image', inBase64('square-512.webp')),
			],
			ratio: '1:1',
		},
		job: { durationSeconds: 4, resolution: '480p', ...inDollars(0.21728) },
		price: 0.21728,
	},
	{
		name: 'ModelArk Seedream from a file',
		provider: 'modelArk',
		model: 'seedream-4.0',
		parameters: { ...fromFile, resolution: '1K', aspectRatio: '1:1' },
		file: { name: 'square-512.png', field: 'data' },
		submitPath: '/modelark/api/v3/images/generations',
		body: {
			model: 'seedream-4-0-250828',
			image: inBase64('square-512.png'),
			size: '1024x1024',
			response_format: 'url',
			watermark: false,
		},
		job: { resolution: '1024x1024', ...inDollars(0.03) },
		price: 0.03,
		makes: 'image',
		noJob: true,
	},
];

interface Callback extends Target {
	/** The answer to an unsigned callback at the correct address. */
	unsigned: number;
	price: number;
}

const callbacks: Callback[] = [
	{
		name: 'Seedance 1.0 Pro',
		provider: 'seedance',
		model: 'seedance-1.0-pro',
		parameters: { ...fromUrl, duration: 6 },
		unsigned: 401,
		price: 144,
	},
	{
		name: 'Seedance 1.0 Lite',
		provider: 'seedance',
		model: 'seedance-1.0-lite',
		parameters: { ...fromUrl, duration: 6 },
		unsigned: 401,
		price: 42,
	},
	{
		// This provider does not sign. n8n's own token protects the address, and the provider is asked in any case.
		name: 'SeedanceAPI.org 1.5',
		provider: 'seedanceOrg',
		model: 'seedance-1.5',
		parameters: { ...fromUrl, duration: 8 },
		unsigned: 200,
		price: 28,
	},
	{
		// Nor does this one, and it calls at every change of the state.
		name: 'ModelArk',
		provider: 'modelArk',
		model: 'seedance-1.0-pro-fast',
		parameters: { ...fromUrl, duration: 2, resolution: '480p', aspectRatio: '16:9' },
		unsigned: 200,
		price: 0.019845,
	},
];

const cancellations: Array<Target & { cancelPath: string }> = [
	{
		name: 'Seedance 2.0',
		provider: 'seedance',
		model: 'seedance-2.0',
		parameters: { mode: 'textToVideo', duration: 4 },
		cancelPath: '/v1/tasks/',
	},
	{
		name: 'Seedance 1.0 Pro',
		provider: 'seedance',
		model: 'seedance-1.0-pro',
		parameters: { ...fromUrl, duration: 6 },
		cancelPath: '/v1/seedance-1-pro/jobs/',
	},
	{
		name: 'Seedance 1.0 Lite',
		provider: 'seedance',
		model: 'seedance-1.0-lite',
		parameters: { ...fromUrl, duration: 6 },
		cancelPath: '/v1/jobs/',
	},
];

/** The providers that no case above names: a usual video from each, however it ends. */
const others = standIns.filter(({ provider }) => !cases.some((each) => each.provider === provider));

/** A call that returns the file can leave no job to look up. */
const lookedUp = cases.filter(({ out, noJob }) => out !== 'file' && !noJob);

/** The files that a job leaves at addresses. */
const filesOf = ({ out, lastFrame }: Case): number => (out === 'file' ? 0 : lastFrame ? 2 : 1);

let stage: Stage;
const credentialIds = new Map<string, string>();
const clip = new Clip(findClip());
const picture = new Picture(findClip());

/** The fields of a provider's credential. */
function credentialOf(provider: string): { apiKey: string } & Record<string, unknown> {
	return { ...stage.sandbox.credentialOf(provider), ...LIMITS };
}

/** The same with more slashes behind the addresses, as users may copy them. */
const withSlashes = (provider: string, slashes: string) =>
	Object.fromEntries(
		Object.entries(credentialOf(provider)).map(([name, value]) => [
			name,
			name.endsWith('Url') ? `${String(value)}${slashes}` : value,
		]),
	);

interface NodeSpec {
	name: string;
	type: string;
	parameters: Parameters;
}

/** Creates and activates a workflow from n8n's Webhook node and the given nodes. Then calls it. */
async function start(
	name: string,
	provider: string,
	nodes: NodeSpec[],
	query: Record<string, string>,
	body: unknown = {},
): Promise<Workflow> {
	const webhookPath = name.toLowerCase().replace(/\W+/g, '-');
	const webhook = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path: webhookPath, options: {} },
	};
	const id = credentialIds.get(provider)!;
	const credentials = { [credentialTypeOf(provider)]: { id, name: provider } };
	const ours = nodes.map((node) => ({
		...node,
		type: `n8n-nodes-seedance.${node.type}`,
		typeVersion: 1,
		parameters: { provider, ...node.parameters },
		credentials,
	}));
	const chain = [webhook, ...ours].map((node, index) => ({
		...node,
		id: randomUUID(),
		webhookId: randomUUID(),
		position: [index * 200, 0],
	}));
	const links = chain
		.slice(1)
		.map((next, index) => [
			chain[index]!.name,
			{ main: [[{ node: next.name, type: 'main', index: 0 }]] },
		]);
	const workflow = await stage.api.createWorkflow({
		name,
		nodes: chain,
		connections: Object.fromEntries(links) as Record<string, unknown>,
		settings: { executionOrder: 'v1' },
	});
	await stage.api.activate(workflow, webhookPath);
	const address = `${webhookPath}?${new URLSearchParams(query).toString()}`;
	const answer = await stage.api.callWebhook(address, body);
	assert.equal(answer.status, 200, answer.text);
	return workflow;
}

/** A node that generates. The prompt comes from the webhook's query and identifies the job. */
function generateNode(
	{ model, parameters }: Target,
	more: Parameters = {},
	makes: Makes = 'video',
) {
	const options = {
		timeoutMinutes: TIMEOUT_MINUTES,
		metadata: '={{ JSON.stringify({ sku: $json.query.sku }) }}',
		...(parameters['options'] as Parameters | undefined),
	};
	return {
		name: 'Generate',
		type: makes === 'image' ? 'seedanceGenerateImage' : 'seedanceGenerateVideo',
		parameters: { model, prompt: '={{ $json.query.prompt }}', ...parameters, ...more, options },
	};
}

/** The body for the webhook: almost empty, a form with the file, or the file itself. */
function uploadOf({ file }: Case): unknown {
	if (!file) return {};
	const blob = new Blob([imageFile(file.name)], { type: typeOf(file.name) });
	if (file.field === undefined) return blob;
	const form = new FormData();
	form.append('note', 'a text beside the file');
	form.append(file.field, blob, file.name);
	return form;
}

function onlyItem(execution: Execution, node: string): Item {
	const items = itemsOf(execution, node);
	assert.equal(items.length, 1, `${node} put out ${items.length} items`);
	return items[0]!;
}

function onlyJobOf(prompt: string): JobSummary {
	const jobs = stage.sandbox.jobs().filter((job) => job.prompt === prompt);
	assert.equal(jobs.length, 1, `${jobs.length} jobs of "${prompt}"`);
	return jobs[0]!;
}

function onlySubmitOf(prompt: string): RequestRecord & { body: Record<string, unknown> } {
	const submits = stage.sandbox.ledger.requests.filter(
		(request): request is RequestRecord & { body: Record<string, unknown> } =>
			request.kind === 'submit' && JSON.stringify(request.body).includes(JSON.stringify(prompt)),
	);
	assert.equal(submits.length, 1, `${submits.length} submissions of "${prompt}"`);
	return submits[0]!;
}

/** What a job makes: where it is, without the signature of the address, and its bytes. */
function fileOf({ provider, jobId }: JobSummary, makes: Makes = 'video') {
	const url = (ending: string) => `${stage.sandbox.mediaUrl}/cdn/outputs/${jobId}.${ending}`;
	if (makes === 'video') {
		return { url: url('mp4'), ending: 'mp4', mimeType: 'video/mp4', bytes: clip.bytesFor(jobId) };
	}
	return provider === 'modelArk'
		? { url: url('jpeg'), ending: 'jpg', mimeType: 'image/jpeg', bytes: jpeg(`${jobId}-1`).bytes() }
		: { url: url('png'), ending: 'png', mimeType: 'image/png', bytes: picture.bytesFor(jobId) };
}

/** ModelArk's addresses are signed, those of the others are bare. */
function assertAddress(address: unknown, job: JobSummary, makes?: Makes): void {
	const [bare, query] = String(address).split('?');
	assert.equal(bare, fileOf(job, makes).url);
	assert.equal(query !== undefined, job.provider === 'modelArk', String(address));
}

function assertKeys(
	json: Record<string, unknown>,
	makes: Makes = 'video',
	more: string[] = [],
): void {
	assert.deepEqual(Object.keys(json).sort(), [...JOB_KEYS, `${makes}Url`, ...more].sort());
}

/** Checks the output file: stored outside the execution, of the right type and from this job. */
async function assertFile(
	item: Item,
	field: string,
	job: JobSummary,
	makes: Makes = 'video',
): Promise<void> {
	const { ending, ...file } = fileOf(job, makes);
	await assertBinary(item, field, { ...file, ending: `.${ending}` });
	if (makes === 'video') assert.ok(isMp4(file.bytes));
}

/** Checks the last frame, which is output only if it was asked for, beside the video. */
async function assertLastFrame(item: Item, { jobId }: JobSummary, wanted = false): Promise<void> {
	assert.equal('lastFrame' in (item.binary ?? {}), wanted);
	if (!wanted) return;
	const [bare] = String(item.json['lastFrameUrl']).split('?');
	assert.equal(bare, `${stage.sandbox.mediaUrl}/cdn/outputs/${jobId}.png`);
	const bytes = picture.bytesFor(`${jobId} last frame`);
	const file = { ending: '-last-frame.png', mimeType: 'image/png', bytes };
	await assertBinary(item, 'lastFrame', file);
}

async function assertBinary(
	{ json, binary }: Item,
	field: string,
	{ ending, mimeType, bytes }: { ending: string; mimeType: string; bytes: Buffer },
): Promise<void> {
	const file = binary?.[field];
	assert.ok(file?.id, `no stored file in "${field}", but: ${Object.keys(binary ?? {}).join()}`);
	assert.equal(file.mimeType, mimeType);
	const model = typeof json['model'] === 'string' ? json['model'] : 'job';
	assert.equal(file.fileName, `${model}-${String(json['jobId'])}${ending}`);
	assert.deepEqual(await stage.api.downloadBinary(file.id), bytes, 'not of this job');
}

function assertNoKey({ stored }: Execution): void {
	for (const provider of PROVIDERS) {
		assert.ok(!stored.includes(credentialOf(provider).apiKey), `it holds the key of ${provider}`);
	}
}

/**
 * Checks the records of one job: submitted, settled and paid once, and its file downloaded as often as expected, never
 * with the key.
 */
function assertBooks(prompt: string, price: number, downloads: number): void {
	const { jobId, state, credits } = onlyJobOf(prompt);
	assert.deepEqual({ state, credits: exactly(credits) }, { state: 'completed', credits: price });
	const { media } = stage.sandbox.ledger;
	assert.deepEqual(
		media
			.filter((each) => each.jobId === jobId)
			.map(({ method, status, carriedKey }) => ({ method, status, carriedKey })),
		Array.from({ length: downloads }, () => ({ method: 'GET', status: 200, carriedKey: false })),
	);
}

async function makeOne(each: Case): Promise<void> {
	const { name, provider, model, makes = 'video', out, lastFrame, noJob } = each;
	const download = makes === 'image' ? 'downloadImage' : 'downloadVideo';
	const node = generateNode(each, { [download]: out !== 'url' }, makes);
	const query = { prompt: name, sku: `sku of ${name}` };
	const workflow = await start(name, provider, [node], query, uploadOf(each));
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	assertNoKey(execution);

	const item = onlyItem(execution, 'Generate');
	const job = onlyJobOf(name);
	assertKeys(item.json, makes);
	assert.deepEqual(item.pairedItem, { item: 0 });
	assert.partialDeepStrictEqual(item.json, {
		provider,
		model,
		status: 'completed',
		progress: 100,
		failure: null,
		metadata: { sku: query.sku },
		...each.job,
	});
	if (noJob) assert.match(String(item.json['jobId']), /^image-[0-9a-f]{16}$/);
	else assert.equal(item.json['jobId'], job.jobId);
	if (out === 'file') assert.equal(item.json[`${makes}Url`], null);
	else assertAddress(item.json[`${makes}Url`], job, makes);
	if (out === 'url') assert.equal(item.binary, undefined);
	else await assertFile(item, makes, job, makes);
	await assertLastFrame(item, job, lastFrame);
	assertBooks(name, each.price, out ? 0 : filesOf(each));

	const { path: submitPath, status, keyId, body } = onlySubmitOf(name);
	assert.deepEqual(
		{ submitPath, status, keyId },
		{ submitPath: each.submitPath, status: 200, keyId: provider },
	);
	assert.partialDeepStrictEqual(body, each.body);
	if (provider === 'segmind' && each.file) await assertUploaded(each.file.name, body['image_url']);
}

/** Segmind requires an upload to another address first. The returned address is used in the submission. */
async function assertUploaded(fileName: string, address: unknown): Promise<void> {
	const uploads = stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'upload');
	assert.deepEqual(
		uploads.map(({ path: to, status, keyId }) => ({ to, status, keyId })),
		[{ to: '/segmind-upload/upload-asset', status: 200, keyId: 'segmind' }],
	);
	assert.ok(String(address).startsWith(`${stage.sandbox.mediaUrl}/uploads/`), String(address));
	const response = await fetch(String(address));
	assert.equal(response.headers.get('content-type'), typeOf(fileName));
	assert.deepEqual(Buffer.from(await response.arrayBuffer()), imageFile(fileName));
}

/** A callback that says that the job is completed, as each provider says it. */
function forgedBody(provider: string, jobId: string): string {
	const forged = 'https://forged.invalid/video.mp4';
	return JSON.stringify(
		provider === 'modelArk'
			? { id: jobId, status: 'succeeded', content: { video_url: forged } }
			: {
					job_id: jobId,
					status: 'completed',
					video_url: forged,
					data: { task_id: jobId, status: 'SUCCESS', response: [forged] },
				},
	);
}

/** Sends a callback without a signature. Returns the status of the answer. */
async function ringUnsigned(url: string, body: string): Promise<number> {
	const headers = { 'content-type': 'application/json' };
	const response = await fetch(url, { method: 'POST', headers, body });
	await response.text();
	return response.status;
}

async function resumeOne(each: Callback): Promise<void> {
	const name = `Callback of ${each.name}`;
	const prompt = `${name} [sandbox:never]`;
	const workflow = await start(
		name,
		each.provider,
		[
			generateNode(each, { afterSubmit: 'resume' }),
			{
				name: 'Wait for Webhook',
				type: 'seedanceWaitForWebhook',
				parameters: { limitWaitMinutes: 5, downloadVideo: true },
			},
		],
		{ prompt, sku: name },
	);
	await onlyExecutionOf(stage, workflow, ['waiting']);
	const { jobId, callbackUrl } = onlyJobOf(prompt);
	const url = String(callbackUrl);
	const forged = forgedBody(each.provider, jobId);
	assert.match(url, /\/webhook-waiting\/\d+\/seedance-callback\?(signature|token)=[^&]+$/);

	assert.equal(await ringUnsigned(url.replace(/\?.*/, ''), forged), 401, 'without the token');
	const wrong = url.replace(/(signature|token)=.*/, `$1=${'a'.repeat(64)}`);
	assert.equal(await ringUnsigned(wrong, forged), 401, 'with a wrong token');
	assert.equal(await ringUnsigned(url, forged), each.unsigned, 'unsigned, and nothing is done');
	if (each.provider === 'modelArk') {
		// What it sends when a job has begun, to an execution that certainly waits.
		const running = stage.sandbox.callbackBodyOf(jobId);
		assert.match(running, /"status":"running"/);
		assert.equal(await ringUnsigned(url, running), 200);
	}
	assert.equal((await onlyExecutionOf(stage, workflow, ['waiting'])).status, 'waiting');

	stage.sandbox.finishJob(jobId);
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	assertNoKey(execution);
	const item = onlyItem(execution, 'Wait for Webhook');
	assertKeys(item.json);
	assert.partialDeepStrictEqual(item.json, {
		jobId,
		provider: each.provider,
		model: each.model,
		status: 'completed',
		failure: null,
		metadata: { sku: name },
		...chargeOf(each.provider, each.price),
	});
	assertAddress(item.json['videoUrl'], onlyJobOf(prompt));
	await assertFile(item, 'video', onlyJobOf(prompt));
	assertBooks(prompt, each.price, 1);
	await stage.sandbox.callbacksIdle();
	// Those about the start of a job come before an execution sleeps, or not, as the machine likes. And ModelArk waits for
	// an answer for 5 s only, then calls again.
	const calls = stage.sandbox.ledger.callbacks
		.filter((callback) => callback.jobId === jobId && callback.kind !== 'start')
		.map(({ kind, status }) => ({ kind, status }));
	const unanswered = each.provider === 'modelArk' ? calls.length - 1 : 0;
	assert.deepEqual(calls, [
		...Array.from({ length: unanswered }, () => ({ kind: 'regular', status: null })),
		{ kind: 'regular', status: 200 },
	]);
}

async function cancelOne(each: Target & { cancelPath: string }): Promise<void> {
	const name = `Cancel ${each.name}`;
	const prompt = `${name} [sandbox:never]`;
	const workflow = await start(
		name,
		each.provider,
		[
			generateNode(each, { afterSubmit: 'return' }),
			{ name: 'Cancel Job', type: 'seedanceCancelJob', parameters: {} },
		],
		{ prompt, sku: name },
	);
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	const { jobId, state } = onlyJobOf(prompt);
	assert.equal(state, 'cancelled');
	const { json } = onlyItem(execution, 'Cancel Job');
	assertKeys(json);
	assert.partialDeepStrictEqual(json, {
		jobId,
		model: each.model,
		status: 'cancelled',
		videoUrl: null,
		creditsCharged: 0,
		costUsd: 0,
		failure: null,
		metadata: { sku: name },
	});
	onlySubmitOf(prompt);
	assert.deepEqual(
		stage.sandbox.ledger.requests
			.filter(({ kind, path: to }) => kind === 'cancel' && to.includes(jobId))
			.map(({ method, path: to }) => `${method} ${to}`),
		[`DELETE ${each.cancelPath}${jobId}`],
	);
}

/** Returned at once and looked up again, or waited for. */
async function makeUsual(standIn: StandIn, waits: boolean): Promise<void> {
	const { provider, trials, pathOfFile } = standIn;
	const [trial] = trials;
	const name = `${provider}, ${waits ? 'waited for' : 'looked up'}`;
	const { model, ...parameters } = trial.parameters;
	const target = { name, provider, model: String(model), parameters };
	const nodes = waits
		? [generateNode(target, { downloadVideo: true })]
		: [
				generateNode(target, { afterSubmit: 'return' }),
				{
					name: 'Check Status',
					type: 'seedanceCheckStatus',
					parameters: { waitUntilFinished: true, timeoutMinutes: 1, downloadVideo: true },
				},
			];
	const workflow = await start(name, provider, nodes, { prompt: name, sku: name });
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	assertNoKey(execution);
	const item = onlyItem(execution, nodes.at(-1)!.name);
	const job = onlyJobOf(name);
	assertKeys(item.json, 'video', pathOfFile ? ['videoUrlNote'] : []);
	const known = { jobId: job.jobId, provider, model, status: 'completed' };
	assert.partialDeepStrictEqual(item.json, { ...known, failure: null, metadata: { sku: name } });
	const url = item.json['videoUrl'];
	if (pathOfFile) assert.equal(url, new URL(pathOfFile(job.jobId), stage.sandbox.apiBase).href);
	else assertAddress(url, job);
	await assertFile(item, 'video', job);
	assertBooks(name, exactly(job.credits), pathOfFile ? 0 : 1);
	if (pathOfFile) {
		const { requests } = stage.sandbox.ledger;
		const own = requests.filter(({ kind, path: to }) => kind === 'file' && to.includes(job.jobId));
		assert.deepEqual(
			own.map(({ kind, status, keyId }) => ({ kind, status, keyId })),
			[{ kind: 'file', status: 200, keyId: provider }],
		);
	}
	onlySubmitOf(name);
}

async function checkOne(each: Case): Promise<void> {
	const { name, provider, price, makes = 'video', lastFrame } = each;
	const model = each.unnamed ? null : each.model;
	const job = onlyJobOf(name);
	const { jobId } = job;
	const node = {
		name: 'Check Status',
		type: 'seedanceCheckStatus',
		parameters: {
			jobId: '={{ $json.query.id }}',
			downloadVideo: true,
			binaryField: 'file',
		},
	};
	const workflow = await start(`Check ${name}`, provider, [node], { id: jobId });
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	const item = onlyItem(execution, 'Check Status');
	assertKeys(item.json, makes);
	assert.partialDeepStrictEqual(item.json, {
		jobId,
		provider,
		model,
		status: 'completed',
		progress: 100,
		failure: null,
	});
	const { creditsCharged, costUsd } = chargeOf(provider, price);
	assert.partialDeepStrictEqual(item.json, { creditsCharged, costUsd });
	assertAddress(item.json[`${makes}Url`], job, makes);
	await assertFile(item, 'file', job, makes);
	await assertLastFrame(item, job, lastFrame);
}

void describe('every dialect in a real n8n', () => {
	before(
		async () => {
			stage = await setTheStage('dialects', {
				speed: SPEED,
				jobSeconds: JOB_SECONDS,
				accounts: PROVIDERS.map((provider) => ({ provider, id: provider, ...LIMITS })),
			});
			for (const provider of PROVIDERS) {
				const data = withSlashes(provider, '/');
				const type = credentialTypeOf(provider);
				const id = await stage.api.createCredential(provider, type, data);
				credentialIds.set(provider, id);
			}
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void describe('generates, looks up, resumes and cancels', { concurrency: true }, () => {
		for (const each of cases) {
			void it(each.name, async (test) => {
				await makeOne(each);
				if (!lookedUp.includes(each)) return;
				// At once, while Segmind still keeps the result.
				await test.test('is found by its ID alone', () => checkOne(each));
			});
		}
		for (const each of callbacks) {
			void it(`resumes by the callback of ${each.name}`, () => resumeOne(each));
		}
		for (const each of cancellations) void it(`cancels ${each.name}`, () => cancelOne(each));
		for (const each of others) {
			void it(`${each.provider}, waited for`, () => makeUsual(each, true));
			void it(`${each.provider}, looked up`, () => makeUsual(each, false));
		}
	});

	void describe('tests the connection', () => {
		for (const provider of PROVIDERS) {
			void it(`with ${provider}, for free`, async () => {
				const before = stage.sandbox.account(provider);
				const test = (data: Record<string, unknown>) =>
					stage.api.testCredential(credentialTypeOf(provider), data);
				for (const slashes of ['', '//']) {
					const right = await test(withSlashes(provider, slashes));
					assert.equal(right.status, 'OK', `"${slashes}": ${right.message}`);
				}
				const wrong = await test({ ...credentialOf(provider), apiKey: 'wrong' });
				assert.equal(wrong.status, 'Error');
				// n8n 1.x has words of its own for a 401.
				assert.match(wrong.message, /API key is wrong|does not know this key|Authorization failed/);
				const after = stage.sandbox.account(provider);
				const { submitsReceived, creditsAvailable } = before;
				assert.partialDeepStrictEqual(after, { submitsReceived, creditsAvailable });
			});
		}
	});

	void describe('keeps the ledger correct', () => {
		for (const provider of PROVIDERS.filter((id) => cases.some((each) => each.provider === id))) {
			void it(`of ${provider}: everything is submitted and paid once`, () => {
				const paid = [...cases, ...callbacks].filter((each) => each.provider === provider);
				const cancelled = cancellations.filter((each) => each.provider === provider).length;
				const created = paid.length + cancelled;
				const charged = exactly(paid.reduce((sum, { price }) => sum + price, 0));
				const books = stage.sandbox.account(provider);
				assert.partialDeepStrictEqual(books, {
					submitsReceived: created,
					submitsReplayed: 0,
					requestsRefused: 0,
					jobsCreated: created,
					jobsCharged: paid.length,
					jobsCancelled: cancelled,
					jobsUnsettled: 0,
					creditsCharged: charged,
					creditsReserved: 0,
				});
			});
		}

		void it('and never sends a key to the media host', () => {
			assert.equal(stage.sandbox.ledger.keyReachedMediaHost, false);
			const sum = (some: Case[]) => some.reduce((count, each) => count + filesOf(each), 0);
			const usual = others.filter(({ pathOfFile }) => !pathOfFile);
			const downloads = sum(cases.filter(({ out }) => !out)) + callbacks.length + usual.length * 2;
			// One more download for the file that was uploaded to Segmind, which this test checked.
			assert.equal(stage.sandbox.ledger.mediaDownloads, downloads + sum(lookedUp) + 1);
		});
	});
});
