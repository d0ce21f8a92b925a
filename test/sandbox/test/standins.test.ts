import { openShopify } from '../../standins/shopify.ts';
import type { Shopify } from '../../standins/shopify.ts';

/** A stand-in that takes everything would let a broken example pass. */

let shopify: Shopify;
beforeEach(async () => {
	shopify = await openShopify();
});
afterEach(() => shopify.close());

async function ask(query: string, variables: unknown, token = shopify.accessToken) {
	const response = await fetch(`${shopify.apiUrl}/graphql.json`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-shopify-access-token': token },
		body: JSON.stringify({ query, variables }),
	});
	return { status: response.status, body: await response.json() };
}

const TITLE = `query Q($id: ID!, $namespace: String!, $key: String!) {
	product(id: $id) { title metafield(namespace: $namespace, key: $key) { value } }
}`;
const where = (id: string) => ({ id, namespace: 'custom', key: 'seedance_video' });
const refusal = (message: string) => ({
	status: 200,
	body: { errors: [{ message: expect.stringContaining(message) }] },
});

describe('the stand-in for Shopify', () => {
	test('answers what was asked for, and nothing else', async () => {
		const { id } = shopify.addProduct({ title: 'Lamp' });
		const data = { product: { title: 'Lamp', metafield: null } };
		expect(await ask(TITLE, where(id))).toEqual({ status: 200, body: { data } });
	});

	test('refuses a wrong key, and what it does not know', async () => {
		const { id } = shopify.addProduct({});
		expect(await ask(TITLE, where(id), 'another')).toMatchObject({ status: 401 });
		for (const [query, message] of [
			[TITLE.replace('title', 'titel'), "'titel' is not known"],
			[TITLE.replace('product(', 'produkt('), "no query 'produkt'"],
			[TITLE.replace('query', 'mutation'), "no mutation 'product'"],
			[TITLE.replace('$id: ID!, ', ''), '$id is not declared'],
			[TITLE.replace(' }', ''), 'cannot be read'],
		] as const) {
			expect(await ask(query, where(id))).toEqual(refusal(message));
		}
		expect(await ask(TITLE, { ...where(id), more: 1 })).toEqual(refusal('$more is not asked for'));
		expect(await ask(TITLE, where('42'))).toEqual(refusal('id: Invalid'));
	});

	test('sets a metafield only where the digest is still right', async () => {
		const product = shopify.addProduct({});
		const set = (value: string, compareDigest?: string | null) =>
			ask(
				`mutation M($metafields: [MetafieldsSetInput!]!) {
					metafieldsSet(metafields: $metafields) { userErrors { code } }
				}`,
				{
					metafields: [
						{
							...{ ownerId: product.id, namespace: 'custom', key: 'seedance_video' },
							...{ type: 'single_line_text_field', value, compareDigest },
						},
					],
				},
			);
		const answer = (userErrors: unknown[]) => ({
			status: 200,
			body: { data: { metafieldsSet: { userErrors } } },
		});
		expect(await set('first', null)).toEqual(answer([]));
		expect(await set('second', null)).toEqual(answer([{ code: 'STALE_OBJECT' }]));
		expect([...product.metafields.values()]).toEqual(['first']);
		expect(await set('third')).toEqual(answer([]));
		expect([...product.metafields.values()]).toEqual(['third']);
	});

	test('takes a file behind its parameters only, without the key of the shop', async () => {
		const input = {
			...{ filename: 'a.mp4', mimeType: 'video/mp4', resource: 'VIDEO' },
			...{ httpMethod: 'POST', fileSize: '3' },
		};
		const { body } = await ask(
			`mutation M($input: [StagedUploadInput!]!) {
				stagedUploadsCreate(input: $input) { stagedTargets { url parameters { name value } } }
			}`,
			{ input: [input] },
		);
		const { stagedTargets } = (body as Staged).data.stagedUploadsCreate;
		const { url, parameters } = stagedTargets[0]!;
		const file = ['file', new File(['abc'], 'a.mp4', { type: 'video/mp4' })] as const;
		const fields = parameters.map(({ name, value }) => [name, value] as const);
		const send = async (parts: Array<readonly [string, string | File]>, headers = {}) => {
			const form = new FormData();
			for (const [name, value] of parts) form.append(name, value);
			return (await fetch(url, { method: 'POST', body: form, headers })).status;
		};
		const key = { 'x-shopify-access-token': shopify.accessToken };
		expect(await send([file, ...fields])).toBe(400);
		expect(await send([...fields.slice(1), file])).toBe(403);
		expect(await send([...fields, file], key)).toBe(400);
		expect(await send([...fields, ['file', new File(['abcd'], 'a.mp4')]])).toBe(400);
		expect(await send([...fields, file])).toBe(204);
	});
});

interface Staged {
	data: {
		stagedUploadsCreate: {
			stagedTargets: Array<{ url: string; parameters: Array<{ name: string; value: string }> }>;
		};
	};
}
