// Stands in for a shop's catalogue: a list of products, and a PATCH for each.
import { z } from 'zod';
import { checked, openStandIn, Refusal } from './standin.ts';
import type { Received, StandIn } from './standin.ts';

export interface Row {
	sku: string;
	title: string;
	imageUrl: string | null;
	videoUrl: string | null;
}

export interface Catalogue extends StandIn {
	/** What was written, by SKU: one entry for each time. */
	readonly written: ReadonlyMap<string, Change[]>;
}

const change = z
	.object({
		videoUrl: z.string().url(),
		videoExpiresAt: z.string().datetime(),
		videoJobId: z.string().min(1),
	})
	.strict();
export type Change = z.infer<typeof change>;

export interface CatalogueOptions {
	rows: readonly Row[];
	/** SKUs that it shows, and refuses to change. */
	locked?: readonly string[];
	/** What the header `X-Api-Key` must carry. */
	key: string;
}

export async function openCatalogue(options: CatalogueOptions): Promise<Catalogue> {
	const { rows, locked = [], key } = options;
	const written = new Map<string, Change[]>();
	const write = ({ params, body }: Received) => {
		const sku = params['sku'] ?? '';
		if (!rows.some((row) => row.sku === sku)) throw new Refusal(404, `There is no ${sku}`);
		if (locked.includes(sku)) throw new Refusal(409, `${sku} is locked`);
		written.set(sku, [...(written.get(sku) ?? []), checked(change, body)]);
		return { body: { sku } };
	};
	const standIn = await openStandIn({
		routes: [
			{ method: 'GET', url: '/products.json', handle: () => ({ body: rows }) },
			{ method: 'PATCH', url: '/products/:sku', handle: write },
		],
		hasKey: ({ headers }) => headers['x-api-key'] === key,
		errorBody: ({ message }) => ({ message }),
	});
	return { ...standIn, written };
}
