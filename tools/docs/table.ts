/** A table in Markdown; equal rows once. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
	const lines = [line(head), line(head.map(() => '---')), ...rows.map(line)];
	return [...new Set(lines)].join('\n');
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
