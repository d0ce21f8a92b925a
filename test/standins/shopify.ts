// Stands in for one shop's GraphQL Admin API, as far as the example uses what shopify.dev describes: products, metafields
// with compare-and-set, staged uploads, product media and tags.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { answerGraphql } from './graphql.ts';
import type { RootField } from './graphql.ts';
import { checked, formOf, openStandIn, Refusal } from './standin.ts';
import type { Received, Reply, StandIn } from './standin.ts';

export interface Media {
	mediaContentType: string;
	alt: string;
	bytes: Buffer;
}

export interface Product {
	/** Of the REST API and its webhooks: beyond what a JSON number can hold in JavaScript. */
	legacyId: string;
	/** `gid://shopify/Product/…` */
	id: string;
	title: string;
	createdAt: string;
	/** In their order; null for one that Shopify is still preparing. */
	imageUrls: Array<string | null>;
	tags: string[];
	/** By `namespace.key`. */
	metafields: Map<string, string>;
	/** What was attached. It stands behind the images. */
	media: Media[];
	/** Why Shopify takes no media for it, where it does not. */
	mediaProblem?: string;
	/** So many reads are answered together, for runs that race each other. */
	readsAtOnce?: number;
}

type Given = 'title' | 'createdAt' | 'imageUrls' | 'tags' | 'mediaProblem' | 'readsAtOnce';

export interface Shopify extends StandIn {
	readonly accessToken: string;
	/** What to enter as the API's address. */
	readonly apiUrl: string;
	addProduct(product: Partial<Pick<Product, Given>>): Product;
	/** The next upload is refused: the storage is out of order for a moment. */
	failNextUpload(): void;
}

const VERSION = '2026-10';
const FIRST_ID = 788_032_119_674_292_922n;
const TOKEN_HEADER = 'x-shopify-access-token';

interface UploadTarget {
	path: string;
	resourceUrl: string;
	parameters: Array<{ name: string; value: string }>;
	fileSize: number;
	bytes?: Buffer;
}

interface Shop {
	url: string;
	products: Map<string, Product>;
	targets: UploadTarget[];
	/** Reads that wait for others of the same product. */
	waiting: Array<() => void>;
	nextUploadFails?: boolean;
}

const gid = z.string().regex(/^gid:\/\/shopify\/Product\/\d+$/);
const none = { userErrors: [] };
const userError = (field: string[], message: string, code?: string) => ({
	userErrors: [{ field, message, code }],
});

const read = z.object({
	id: gid,
	namespace: z.string(),
	key: z.string(),
	/** Of the media. */
	first: z.number().int().min(1).max(250).optional(),
});

const metafields = z.object({
	metafields: z
		.array(
			z.strictObject({
				ownerId: gid,
				namespace: z.string().min(3),
				key: z.string().min(2),
				type: z.literal('single_line_text_field'),
				value: z.string().min(1),
				compareDigest: z.string().nullable().optional(),
			}),
		)
		.max(25),
});

const uploads = z.object({
	input: z
		.array(
			z.strictObject({
				filename: z.string().min(1),
				mimeType: z.literal('video/mp4'),
				resource: z.literal('VIDEO'),
				httpMethod: z.literal('POST'),
				// UnsignedInt64 is a string.
				fileSize: z.string().regex(/^\d+$/),
			}),
		)
		.length(1),
});

const update = z.object({
	product: z.strictObject({ id: gid }),
	media: z.array(
		z.strictObject({
			alt: z.string().max(512).optional(),
			mediaContentType: z.enum(['IMAGE', 'VIDEO', 'EXTERNAL_VIDEO', 'MODEL_3D']),
			originalSource: z.string(),
		}),
	),
});

const fieldsOf = ({ url, products, targets, waiting }: Shop): Record<string, RootField> => ({
	product: {
		kind: 'query',
		words:
			'ID String Int id title createdAt tags featuredMedia media first nodes mediaContentType preview image url metafield namespace key value compareDigest',
		async run(variables) {
			const { id, namespace, key, first } = checked(read, variables);
			const product = products.get(id);
			if (!product) return null;
			const { title, createdAt, tags, readsAtOnce = 1 } = product;
			const value = product.metafields.get(`${namespace}.${key}`);
			if (waiting.length + 1 < readsAtOnce) await new Promise<void>((go) => waiting.push(go));
			for (const go of waiting.splice(0)) go();
			return {
				id,
				title,
				createdAt,
				tags,
				featuredMedia: mediaOf(product)[0] ?? null,
				media: { nodes: mediaOf(product).slice(0, first) },
				metafield: value === undefined ? null : { value, compareDigest: digestOf(value) },
			};
		},
	},
	metafieldsSet: {
		kind: 'mutation',
		words: 'MetafieldsSetInput metafields id value compareDigest userErrors field message code',
		run(variables) {
			const all = checked(metafields, variables).metafields;
			for (const [index, { ownerId, namespace, key, compareDigest }] of all.entries()) {
				const at = (name: string) => ['metafields', String(index), name];
				const owner = products.get(ownerId);
				if (!owner) return { metafields: [], ...userError(at('ownerId'), 'Owner does not exist.') };
				const stored = owner.metafields.get(`${namespace}.${key}`);
				const digest = stored === undefined ? null : digestOf(stored);
				if (compareDigest !== undefined && compareDigest !== digest) {
					const problem = 'The resource has been updated since it was loaded.';
					return { metafields: [], ...userError(at('compareDigest'), problem, 'STALE_OBJECT') };
				}
			}
			for (const { ownerId, namespace, key, value } of all) {
				products.get(ownerId)?.metafields.set(`${namespace}.${key}`, value);
			}
			return { metafields: all.map(({ value }) => ({ value })), ...none };
		},
	},
	stagedUploadsCreate: {
		kind: 'mutation',
		words:
			'StagedUploadInput input stagedTargets url resourceUrl parameters name value userErrors field message',
		run(variables) {
			const stagedTargets = checked(uploads, variables).input.map(({ fileSize }) => {
				const nth = targets.length + 1;
				const path = `/staged/${nth}`;
				const resourceUrl = `${url}${path}?external_video_id=${nth}`;
				const parameters = [
					{ name: 'GoogleAccessId', value: 'video-production@example.com' },
					{ name: 'key', value: `c/o/v/${nth}.mp4` },
					{ name: 'policy', value: `policy-${nth}` },
					{ name: 'signature', value: `signature-${nth}` },
				];
				targets.push({ path, resourceUrl, parameters, fileSize: Number(fileSize) });
				return { url: url + path, resourceUrl, parameters };
			});
			return { stagedTargets, ...none };
		},
	},
	productUpdate: {
		kind: 'mutation',
		words:
			'ProductUpdateInput CreateMediaInput product media id status mediaContentType userErrors field message',
		run(variables) {
			const { product: input, media } = checked(update, variables);
			const product = products.get(input.id);
			if (!product) return { product: null, ...userError(['id'], 'Product does not exist') };
			const { mediaProblem } = product;
			if (mediaProblem) return { product: null, ...userError(['media'], mediaProblem) };
			for (const [index, { originalSource, mediaContentType, alt = '' }] of media.entries()) {
				const uploaded = targets.find(({ resourceUrl }) => resourceUrl === originalSource);
				if (mediaContentType !== 'VIDEO' || !uploaded?.bytes) {
					const at = ['media', String(index), 'originalSource'];
					return { product: null, ...userError(at, `Invalid video url=${originalSource}`) };
				}
				product.media.push({ mediaContentType, alt, bytes: uploaded.bytes });
			}
			return { product: { id: product.id }, ...none };
		},
	},
	tagsAdd: {
		kind: 'mutation',
		words: 'ID String id tags node userErrors field message',
		run(variables) {
			const { id, tags } = checked(
				z.object({ id: gid, tags: z.array(z.string().max(255)) }),
				variables,
			);
			const product = products.get(id);
			if (!product) return { node: null, ...userError(['id'], 'Product does not exist') };
			product.tags = [...new Set([...product.tags, ...tags])];
			return { node: { id }, ...none };
		},
	},
});

/** All media of a product, as a reader sees them. A video shows a preview, too. */
const mediaOf = ({ imageUrls, media }: Product) => [
	...imageUrls.map((url) => ({
		mediaContentType: 'IMAGE',
		preview: { image: url === null ? null : { url } },
	})),
	...media.map(({ mediaContentType }) => ({
		mediaContentType,
		preview: { image: { url: 'https://cdn.example.com/preview.jpg' } },
	})),
];

const digestOf = (value: string): string => createHash('sha256').update(value).digest('hex');

export async function openShopify(): Promise<Shopify> {
	const accessToken = 'shpat_of_the_test_shop';
	const shop: Shop = { url: '', products: new Map(), targets: [], waiting: [] };
	const standIn = await openStandIn({
		routes: [
			{
				method: 'POST',
				url: `/admin/api/${VERSION}/graphql.json`,
				handle: (request) => answerGraphql(fieldsOf(shop), request),
			},
			{
				method: 'POST',
				url: '/staged/:nth',
				needsKey: false,
				handle: (request) => takeUpload(shop, request),
			},
		],
		hasKey: ({ headers }) => headers[TOKEN_HEADER] === accessToken,
		errorBody: ({ message }) => ({ errors: message }),
	});
	shop.url = standIn.url;
	return Object.assign(standIn, {
		accessToken,
		failNextUpload: () => {
			shop.nextUploadFails = true;
		},
		apiUrl: `${standIn.url}/admin/api/${VERSION}`,
		addProduct: (given: Parameters<Shopify['addProduct']>[0]) => {
			const legacyId = String(FIRST_ID + BigInt(shop.products.size));
			const product: Product = {
				legacyId,
				id: `gid://shopify/Product/${legacyId}`,
				title: 'A product',
				createdAt: new Date().toISOString(),
				imageUrls: [`https://cdn.example.com/products/${legacyId}.jpg`],
				tags: [],
				...given,
				metafields: new Map(),
				media: [],
			};
			shop.products.set(product.id, product);
			return product;
		},
	});
}

/** As Google's storage does: its own parameters as they were given, then the file, and nothing else. */
function takeUpload(shop: Shop, request: Received): Reply {
	if (shop.nextUploadFails) {
		shop.nextUploadFails = false;
		throw new Refusal(503, 'Backend error');
	}
	const target = shop.targets.find(({ path }) => path === request.path);
	if (!target) throw new Refusal(404, 'NoSuchBucket');
	if (TOKEN_HEADER in request.headers) throw new Refusal(400, 'The access token has come along');
	const parts = formOf(request);
	const file = parts.at(-1);
	const fields = parts.slice(0, -1).map(({ name, bytes }) => ({ name, value: bytes.toString() }));
	if (file?.name !== 'file' || !file.fileName) throw new Refusal(400, 'The file must come last');
	if (JSON.stringify(sorted(fields)) !== JSON.stringify(sorted(target.parameters))) {
		throw new Refusal(403, 'SignatureDoesNotMatch');
	}
	if (file.bytes.length !== target.fileSize) throw new Refusal(400, 'EntityTooLarge');
	target.bytes = file.bytes;
	return { status: 204 };
}

const sorted = (fields: UploadTarget['parameters']) =>
	[...fields].sort((a, b) => a.name.localeCompare(b.name));
