import { renderFeatures } from './features.ts';
import { renderModels } from './models.ts';

const TABLES = { features: renderFeatures, models: renderModels };

/** The README with each generated table between its marks made anew. */
export function withTables(readme: string): string {
	return Object.entries(TABLES).reduce((text, [name, render]) => {
		const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
		const [before, rest] = text.split(start);
		const after = rest?.split(end)[1];
		if (before === undefined || after === undefined) throw new Error(`No ${start} … ${end}`);
		return `${before}${start}\n\n${render()}\n\n${end}${after}`;
	}, readme);
}
