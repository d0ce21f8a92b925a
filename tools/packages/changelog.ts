import { packages, type PackageRow } from './list.ts';

/** The words that tell of a provider: its service, and the names in the changelog. */
const OTHER_NAMES: Record<string, string[]> = {
	seedanceOrg: ['seedanceapi.org'],
	modelArk: ['ModelArk', 'BytePlus'],
};

/** Whether a text tells of a provider that the package does not have. */
export function namesAnother(text: string, { provider }: PackageRow): boolean {
	return packages.some((other) => {
		if (other.provider === provider) return false;
		const names = [other.service, ...(OTHER_NAMES[other.provider] ?? [])];
		return names.some((name) => new RegExp(`(?<![\\w.])${escaped(name)}(?!\\w)`).test(text));
	});
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The main package's changelog without the entries about other providers. */
export function changelogOf(changelog: string, row: PackageRow): string {
	const entries = changelog.split(/\n(?=- |#|\[|\n)/);
	return entries.filter((entry) => !namesAnother(entry, row)).join('\n');
}
