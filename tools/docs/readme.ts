import { renderFeatures } from './features.ts';
import { renderModels } from './models.ts';
import { renderPackages } from './packages.ts';
import { renderPrices } from './prices.ts';

/** The README with each generated table between its marks made anew. */
export const withTables = (readme: string): string =>
	replaced(readme, {
		packages: renderPackages,
		features: renderFeatures,
		prices: renderPrices,
	});

/** The same for docs/models.md. */
export const withModels = (page: string): string => replaced(page, { models: renderModels });

function replaced(page: string, tables: Record<string, () => string>): string {
	return Object.entries(tables).reduce((text, [name, render]) => {
		const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
		const [before, rest] = text.split(start);
		const after = rest?.split(end)[1];
		if (before === undefined || after === undefined) throw new Error(`No ${start} … ${end}`);
		return `${before}${start}\n\n${render()}\n\n${end}${after}`;
	}, page);
}
