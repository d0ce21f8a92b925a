// The example "A product's gallery becomes an ad" in a real n8n, between the sandbox's ModelArk and a stand-in for the
// shop.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import type { JobSummary, RequestRecord } from '../sandbox/index.ts';
import { openShopify } from '../standins/shopify.ts';
import type { Product, Shopify } from '../standins/shopify.ts';
import { endedExecutions, exampleFile, importExample } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const EXAMPLE = 'shopify-gallery-ad.json';
const PATH = 'shopify-gallery-ad';
const PROVIDER = 'modelArk';
const START_TAG = 'make-ad';
/** The metafields of a product. */
const CLAIM = 'custom.seedance_ad';
const PROBLEM = 'custom.seedance_ad_problem';
/** 15 s of Seedance 2.0 in 720x1280: 324,900 tokens at US$7 a million. */
const USD = 2.2743;

let stage: Stage;
let shopify: Shopify;
let workflow: Workflow;
/** Executions of `workflow` so far. */
let executed = 0;

/** Imports and activates the example. It takes the place of the one before. */
async function use(settings: Record<string, unknown> = {}): Promise<void> {
	if (executed > 0) await stage.api.deactivate(workflow);
	workflow = await importExample(stage, EXAMPLE, {
		settings: { apiUrl: shopify.apiUrl, ...settings },
		accounts: [
			{
				type: 'httpHeaderAuth',
				data: { name: 'X-Shopify-Access-Token', value: shopify.accessToken },
			},
		],
	});
	await stage.api.activate(workflow, PATH);
	executed = 0;
}

const addresses = (count: number): string[] =>
	Array.from({ length: count }, (_, nth) => `https://cdn.example.com/gallery/${nth + 1}.jpg?v=7`);

/** A product whose owner wants an ad. */
const wanting = (title: string, images = 2, more: Parameters<Shopify['addProduct']>[0] = {}) =>
	shopify.addProduct({ title, imageUrls: addresses(images), tags: [START_TAG], ...more });

/** Sends Shopify's webhook the given number of times at once. Returns the executions. */
async function deliver(
	product: Product,
	times = 1,
	expected = 'success',
): Promise<[Execution, ...Execution[]]> {
	// As text: the ID is beyond what JSON numbers hold in JavaScript. Tags and images of a call are not believed.
	const payload = `{"id":${product.legacyId},"admin_graphql_api_id":"${product.id}","title":"?","tags":"${START_TAG}"}`;
	await Promise.all(
		Array.from({ length: times }, async () => {
			const body = new Blob([payload], { type: 'application/json' });
			const { status, text } = await stage.api.callWebhook(PATH, body);
			assert.equal(status, 200, text);
		}),
	);
	executed += times;
	const executions = (await endedExecutions(stage, workflow, executed)).slice(-times);
	for (const { status, error } of executions) assert.equal(status, expected, error?.message);
	return executions as [Execution, ...Execution[]];
}

const jobsOf = ({ title }: Product): JobSummary[] =>
	stage.sandbox.jobs().filter(({ prompt }) => prompt.includes(title));

function onlyJobOf(product: Product): JobSummary {
	const [job, ...others] = jobsOf(product);
	assert.ok(job, 'no job');
	assert.equal(others.length, 0, 'more than one job');
	return job;
}

interface Element {
	type: string;
	text?: string;
	role?: string;
	image_url?: { url: string };
}

/** The submission of a product's ad. */
function submissionOf({ title }: Product): RequestRecord & { body: { content: Element[] } } {
	const [submission, ...others] = stage.sandbox.ledger.requests.filter(
		({ kind, body }) => kind === 'submit' && JSON.stringify(body).includes(title),
	);
	assert.ok(submission, 'nothing was submitted');
	assert.equal(others.length, 0, 'submitted more than once');
	return submission as RequestRecord & { body: { content: Element[] } };
}

const imagesIn = ({ body }: ReturnType<typeof submissionOf>) =>
	body.content.filter(({ type }) => type === 'image_url');

/** The output of one of the nodes that end a run without an ad. */
function outcomeOf(execution: Execution, node: string): Record<string, unknown> {
	const [item, ...others] = itemsOf(execution, node);
	assert.equal(others.length, 0);
	assert.ok(item, `"${node}" did not run`);
	return item.json;
}

const books = () => stage.sandbox.account(PROVIDER);

/** A product that is tagged as failed, with the reason, and cost nothing. */
function assertFailed(product: Product, execution: Execution, reason: RegExp): void {
	assert.match(String(outcomeOf(execution, 'No ad')['reason']), reason);
	assert.match(product.metafields.get(PROBLEM) ?? '', reason);
	assert.deepEqual(product.tags, [START_TAG, 'ad-failed']);
	assert.deepEqual(product.media, []);
	assert.equal(books().creditsCharged, 0);
	assert.equal(books().creditsReserved, 0);
}

void describe("A product's gallery becomes an ad", () => {
	before(
		async () => {
			stage = await setTheStage('gallery');
			shopify = await openShopify();
			await use();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(async () => {
		await stage?.stop();
		await shopify?.close();
	});

	void it('makes one vertical ad from all images in their order, and attaches it', async () => {
		const product = wanting('Oak sideboard', 5);
		const [{ id }] = await deliver(product);
		const job = onlyJobOf(product);
		const submission = submissionOf(product);
		const { content, ...settings } = submission.body;
		assert.partialDeepStrictEqual(settings, {
			model: 'dreamina-seedance-2-0-260128',
			resolution: '720p',
			ratio: '9:16',
			duration: 15,
			generate_audio: true,
			watermark: false,
		});
		const [text, ...images] = content;
		assert.match(
			String(text?.text),
			/Oak sideboard.*Image 1, Image 2, Image 3, Image 4, Image 5, in this order, each for about 3 seconds/,
		);
		assert.deepEqual(
			images,
			product.imageUrls.map((url) => ({
				type: 'image_url',
				image_url: { url },
				role: 'reference_image',
			})),
		);
		assert.deepEqual(product.media, [
			{
				mediaContentType: 'VIDEO',
				alt: 'Ad for Oak sideboard',
				bytes: new Clip(findClip()).bytesFor(job.jobId),
			},
		]);
		assert.deepEqual(product.tags, [START_TAG, 'ad-added']);
		assert.deepEqual(Object.fromEntries(product.metafields), { [CLAIM]: `${workflow.id}-${id}` });
		const { creditsCharged, jobsCharged } = books();
		assert.deepEqual({ creditsCharged, jobsCharged }, { creditsCharged: USD, jobsCharged: 1 });
		assert.deepEqual(
			shopify.requests.filter(({ status }) => status >= 300),
			[],
		);
	});

	void it('says what the ad cost, and is woken once though ModelArk calls at every change', async () => {
		const product = wanting('Ash bench [sandbox:callback-twice]');
		const [execution] = await deliver(product);
		const { jobId } = onlyJobOf(product);
		const ad = outcomeOf(execution, 'Wait for Webhook');
		assert.partialDeepStrictEqual(ad, {
			jobId,
			provider: PROVIDER,
			status: 'completed',
			durationSeconds: 15,
			costUsd: USD,
			metadata: { productId: product.id },
		});
		await stage.sandbox.callbacksIdle();
		const events = stage.sandbox.ledger.callbacks
			.filter((callback) => callback.jobId === jobId)
			.map(({ event }) => event);
		assert.ok(events.includes('running'), events.join());
		// At least: n8n refuses the second one, which ModelArk then repeats.
		assert.ok(events.filter((event) => event === 'succeeded').length >= 2, events.join());
		assert.equal(execution.runs['Is it ready?']?.length, 1);
		assert.equal(product.media.length, 1);
	});

	void it('pays once when Shopify reports the product twice at the same moment, and again', async () => {
		const product = wanting('Green vase', 2, { readsAtOnce: 2 });
		const both = await deliver(product, 2);
		// Both executions have seen an unclaimed product.
		const claims = both.map(
			(each) => itemsOf(each, 'Claim the product')[0]?.json['data'] as Claimed | undefined,
		);
		const codes = claims.map((claim) => claim?.metafieldsSet.userErrors[0]?.code ?? 'ours');
		assert.deepEqual(codes.sort(), ['STALE_OBJECT', 'ours']);
		product.readsAtOnce = 1;
		const [later] = await deliver(product);
		assert.equal(outcomeOf(later, 'Nothing to do')['reason'], 'An earlier run has taken it');
		onlyJobOf(product);
		submissionOf(product);
		assert.equal(books().creditsCharged, USD);
		assert.equal(product.media.length, 1);
		assert.deepEqual(product.tags, [START_TAG, 'ad-added']);
	});

	void it('takes the first nine of more images, without one that is not ready', async () => {
		const product = wanting('Tall shelf', 12);
		product.imageUrls[2] = null;
		await deliver(product);
		const ready = product.imageUrls.filter((url) => url !== null);
		const submission = submissionOf(product);
		assert.deepEqual(
			imagesIn(submission).map(({ image_url: image }) => image?.url),
			ready.slice(0, 9),
		);
		const text = String(submission.body.content[0]?.text);
		assert.match(text, /Image 8, Image 9, in this order/);
		assert.deepEqual(product.tags, [START_TAG, 'ad-added']);
	});

	void it('leaves out the videos of a product', async () => {
		const product = wanting('Low stool', 3);
		product.media.push({ mediaContentType: 'VIDEO', alt: '', bytes: Buffer.from('of the owner') });
		await deliver(product);
		assert.deepEqual(
			imagesIn(submissionOf(product)).map(({ image_url: image }) => image?.url),
			product.imageUrls,
		);
	});

	void it('tags a product whose ad the moderation refuses, with the reason, at no cost', async () => {
		const product = wanting('Blue mug [sandbox:moderate]');
		const [execution] = await deliver(product);
		const { productId, jobId } = outcomeOf(execution, 'No ad');
		assert.deepEqual(
			{ productId, jobId },
			{ productId: product.id, jobId: onlyJobOf(product).jobId },
		);
		assertFailed(product, execution, /moderation of ModelArk.*finished video may be sensitive/);
		// It has had its turn.
		await deliver(product);
		onlyJobOf(product);
	});

	void it('tags a product with a picture of a real person, which ModelArk refuses at once', async () => {
		const product = wanting('Linen shirt [sandbox:real-face]');
		const [execution] = await deliver(product);
		assert.equal(jobsOf(product).length, 0);
		assertFailed(product, execution, /real person/);
	});

	void it('names the job when Shopify does not accept the video', async () => {
		const mediaProblem = 'The product has the maximum\nnumber of media';
		const product = wanting('Long bench', 2, { mediaProblem });
		const [execution] = await deliver(product);
		assert.deepEqual(outcomeOf(execution, 'No ad'), {
			productId: product.id,
			jobId: onlyJobOf(product).jobId,
			reason: mediaProblem,
		});
		assert.equal(product.metafields.get(PROBLEM), mediaProblem.replace('\n', ' '));
		assert.deepEqual(product.tags, [START_TAG, 'ad-failed']);
	});

	void it('continues at the failed step when the execution is retried, without paying again', async () => {
		const product = wanting('Round table');
		shopify.failNextUpload();
		const [{ id }] = await deliver(product, 1, 'error');
		assert.deepEqual(product.tags, [START_TAG]);
		await stage.api.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
		executed += 1;
		const retry = (await endedExecutions(stage, workflow, executed)).at(-1);
		assert.equal(retry?.status, 'success', retry?.error?.message);
		const { jobId } = onlyJobOf(product);
		assert.deepEqual(product.media[0]?.bytes, new Clip(findClip()).bytesFor(jobId));
		assert.equal(product.media.length, 1);
		assert.deepEqual(product.tags, [START_TAG, 'ad-added']);
		assert.equal(books().creditsCharged, USD);
	});

	void it('spends nothing on a product without the tag, without an image, or that is gone', async () => {
		const plain = wanting('Old door', 2, { tags: ['make-advent-calendar'] });
		const bare = wanting('Bare table', 0);
		const gone = { ...bare, id: 'gid://shopify/Product/1' };
		for (const [product, reason] of [
			[plain, 'It does not have the tag make-ad'],
			[bare, 'It has no picture yet'],
			[gone, 'The product is gone'],
		] as const) {
			const [execution] = await deliver(product);
			assert.deepEqual(outcomeOf(execution, 'Nothing to do'), { productId: product.id, reason });
			assert.equal(product.metafields.size, 0, 'claimed for nothing');
		}
		// An account that nobody has used has no ledger yet.
		assert.deepEqual(stage.sandbox.jobs(), []);
		plain.tags.push('Make-Ad');
		await deliver(plain);
		assert.ok(plain.tags.includes('ad-added'));
	});

	void it('keeps the keys out of what n8n stores', async () => {
		const { apiKey } = stage.sandbox.credentialOf(PROVIDER);
		const all = await stage.api.listExecutions(workflow);
		assert.ok(all.length > 10);
		for (const { id } of all) {
			const { stored } = await stage.api.getExecution(id);
			for (const secret of [shopify.accessToken, apiKey]) {
				assert.ok(!stored.includes(secret), `execution ${id}`);
			}
		}
	});

	// The last ones, because they replace the workflow.
	for (const [maxCostUsd, isEnough] of [
		[2.27, false],
		[USD, true],
	] as const) {
		void it(`submits ${isEnough ? 'an ad' : 'nothing'} with a limit of US$${maxCostUsd}`, async () => {
			await use({ maxCostUsd });
			const product = wanting(`Cup for at most ${maxCostUsd}`);
			const [execution] = await deliver(product);
			assert.equal(jobsOf(product).length, isEnough ? 1 : 0);
			if (isEnough) assert.deepEqual(product.tags, [START_TAG, 'ad-added']);
			else
				assertFailed(
					product,
					execution,
					/would cost US\$2\.2743, "Max Cost \(USD\)" allows US\$2\.27/,
				);
		});
	}

	void it('has a usual limit that is enough for one ad, and not for two', () => {
		const { nodes } = exampleFile(EXAMPLE);
		const text = JSON.stringify(nodes.find(({ name }) => name === 'Settings'));
		const [, limit] = /"name":"maxCostUsd","value":([\d.]+)/.exec(text) ?? [];
		assert.ok(Number(limit) >= USD && Number(limit) < 2 * USD, limit);
	});
});

interface Claimed {
	metafieldsSet: { userErrors: Array<{ code: string }> };
}
