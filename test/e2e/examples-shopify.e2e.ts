// The example "Shopify: a video for every new product" in a real n8n, between the provider's sandbox and a stand-in for
// the shop.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import { openShopify } from '../standins/shopify.ts';
import type { Product, Shopify } from '../standins/shopify.ts';
import { endedExecutions, importExample } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const PATH = 'shopify-product';
/** 5 s of seedance-2.0. */
const CREDITS = 303;

let stage: Stage;
let shopify: Shopify;
let workflow: Workflow;
let executed = 0;

/** Sends Shopify's webhook the given number of times at once. Returns the executions. */
async function deliver(
	product: Product,
	times = 1,
	expected = 'success',
): Promise<[Execution, ...Execution[]]> {
	// As text: the ID is beyond what JSON numbers hold in JavaScript.
	const payload = `{"id":${product.legacyId},"admin_graphql_api_id":"${product.id}","title":"?"}`;
	const body = new Blob([payload], { type: 'application/json' });
	await Promise.all(
		Array.from({ length: times }, async () => {
			const { status, text } = await stage.api.callWebhook(PATH, body);
			assert.equal(status, 200, text);
		}),
	);
	executed += times;
	const executions = (await endedExecutions(stage, workflow, executed)).slice(-times);
	for (const { status, error } of executions) assert.equal(status, expected, error?.message);
	return executions as [Execution, ...Execution[]];
}

const jobsOf = (product: Product) =>
	stage.sandbox.jobs().filter(({ prompt }) => prompt.includes(product.title));

/** The output of the last node that is not a Shopify node. */
function outcomeOf(execution: Execution, node: string): Record<string, unknown> {
	const [item, ...others] = itemsOf(execution, node);
	assert.equal(others.length, 0);
	assert.ok(item, `"${node}" did not run`);
	return item.json;
}

void describe('Shopify: a video for every new product', () => {
	before(
		async () => {
			stage = await setTheStage('shopify');
			shopify = await openShopify();
			workflow = await importExample(stage, 'shopify-product-video.json', {
				settings: { apiUrl: shopify.apiUrl },
				accounts: [
					{
						type: 'httpHeaderAuth',
						data: { name: 'X-Shopify-Access-Token', value: shopify.accessToken },
					},
				],
			});
			await stage.api.activate(workflow, PATH);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await shopify?.close();
	});

	void it('attaches the video of its picture and tags the product', async () => {
		const product = shopify.addProduct({ title: 'Red desk lamp' });
		await deliver(product);
		const [job, ...others] = jobsOf(product);
		assert.equal(others.length, 0);
		assert.ok(job);
		const submitted = stage.sandbox.ledger.requests.find(({ kind }) => kind === 'submit');
		assert.partialDeepStrictEqual(submitted?.body, {
			image_url: product.imageUrls[0],
			aspect_ratio: '1:1',
			metadata: { productId: product.id },
		});
		assert.deepEqual(product.media, [
			{
				mediaContentType: 'VIDEO',
				alt: 'Video of Red desk lamp',
				bytes: new Clip(findClip()).bytesFor(job.jobId),
			},
		]);
		assert.deepEqual(product.tags, ['video-added']);
		assert.equal(stage.sandbox.account().creditsCharged, CREDITS);
		assert.deepEqual(
			shopify.requests.filter(({ status }) => status >= 300),
			[],
		);
	});

	void it('makes one video when Shopify reports the product twice at the same moment, and again', async () => {
		const before = stage.sandbox.account().creditsCharged;
		const product = shopify.addProduct({ title: 'Green vase', readsAtOnce: 2 });
		const both = await deliver(product, 2);
		// Both executions have seen an unclaimed product.
		const claims = both.map(
			(each) => itemsOf(each, 'Claim the product')[0]?.json['data'] as Claimed | undefined,
		);
		const codes = claims.map((claim) => claim?.metafieldsSet.userErrors[0]?.code ?? 'ours');
		assert.deepEqual(codes.sort(), ['STALE_OBJECT', 'ours']);
		product.readsAtOnce = 1;
		const [later] = await deliver(product);
		assert.equal(outcomeOf(later, 'Nothing to do')['reason'], 'It has had its turn');
		assert.equal(jobsOf(product).length, 1);
		assert.equal(stage.sandbox.account().creditsCharged - before, CREDITS);
		assert.equal(product.media.length, 1);
		assert.deepEqual(product.tags, ['video-added']);
	});

	void it('tags a product whose video failed, at no cost, and does not retry it', async () => {
		const before = stage.sandbox.account().creditsCharged;
		const product = shopify.addProduct({ title: 'Blue mug [sandbox:fail]' });
		const [execution] = await deliver(product);
		await deliver(product);
		const [job, ...others] = jobsOf(product);
		assert.equal(others.length, 0);
		const { productId, jobId, reason } = outcomeOf(execution, 'No video');
		assert.deepEqual({ productId, jobId }, { productId: product.id, jobId: job?.jobId });
		assert.match(String(reason), /\w+ \w+/);
		assert.deepEqual(product.tags, ['video-failed']);
		assert.equal(product.media.length, 0);
		assert.equal(stage.sandbox.account().creditsCharged, before);
	});

	void it('tags a product whose picture Seedance does not accept, with the reason', async () => {
		const imageUrls = ['https://pictures.invalid/1.jpg'];
		const product = shopify.addProduct({ title: 'Grey chair', imageUrls });
		const [execution] = await deliver(product);
		assert.equal(jobsOf(product).length, 0);
		assert.match(String(outcomeOf(execution, 'No video')['reason']), /image/i);
		assert.deepEqual(product.tags, ['video-failed']);
	});

	void it('names the job when Shopify does not accept the video', async () => {
		const mediaProblem = 'The product has the maximum number of media';
		const product = shopify.addProduct({ title: 'Long bench', mediaProblem });
		const [execution] = await deliver(product);
		assert.deepEqual(outcomeOf(execution, 'No video'), {
			productId: product.id,
			jobId: jobsOf(product)[0]?.jobId,
			reason: mediaProblem,
		});
		assert.deepEqual(product.tags, ['video-failed']);
	});

	void it('continues at the failed step when the execution is retried, without paying again', async () => {
		const product = shopify.addProduct({ title: 'Tall shelf' });
		shopify.failNextUpload();
		const [{ id }] = await deliver(product, 1, 'error');
		assert.deepEqual(product.tags, []);
		const before = stage.sandbox.account().creditsCharged;
		await stage.api.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
		executed += 1;
		const retry = (await endedExecutions(stage, workflow, executed)).at(-1);
		assert.equal(retry?.status, 'success', retry?.error?.message);
		const [job, ...others] = jobsOf(product);
		assert.equal(others.length, 0);
		assert.equal(product.media.length, 1);
		assert.deepEqual(product.media[0]?.bytes, new Clip(findClip()).bytesFor(job!.jobId));
		assert.deepEqual(product.tags, ['video-added']);
		assert.equal(stage.sandbox.account().creditsCharged, before);
	});

	void it('spends nothing on a product that has no picture, is old or is gone', async () => {
		const bare = shopify.addProduct({ title: 'Bare table', imageUrls: [] });
		const old = shopify.addProduct({ title: 'Old door', createdAt: '2020-02-02T10:00:00Z' });
		const gone = { ...bare, id: 'gid://shopify/Product/1' };
		for (const [product, reason] of [
			[bare, 'It has no picture yet'],
			[old, 'It is not new'],
			[gone, 'The product is gone'],
		] as const) {
			const [execution] = await deliver(product);
			assert.deepEqual(outcomeOf(execution, 'Nothing to do'), { productId: product.id, reason });
			assert.equal(jobsOf(product).length, 0);
			assert.equal(product.metafields.size, 0, 'claimed for nothing');
		}
		bare.imageUrls = ['https://cdn.example.com/late.jpg'];
		await deliver(bare);
		assert.deepEqual(bare.tags, ['video-added']);
	});

	void it('keeps the keys out of what n8n stores', async () => {
		for (const { id } of await stage.api.listExecutions(workflow)) {
			const { stored } = await stage.api.getExecution(id);
			for (const secret of [shopify.accessToken, stage.sandbox.apiKey]) {
				assert.ok(!stored.includes(secret), `execution ${id}`);
			}
		}
	});
});

interface Claimed {
	metafieldsSet: { userErrors: Array<{ code: string }> };
}
