import { packages } from '../packages/list.ts';
import { table } from './table.ts';

/** The package of each provider. */
export const renderPackages = (): string =>
	table(
		['Provider', 'Package'],
		packages.map(({ service, name }) => [service, `\`${name}\``]),
	);
