// Writes generated files, formatted like the project's own.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../../test/n8n/paths.ts';

/** @param file a path from the folder, and from the project's root for the rules of its format */
export async function writeFormatted(folder: string, file: string, text: string): Promise<void> {
	const filepath = path.join(folder, file);
	const options = await prettier.resolveConfig(path.join(ROOT, file));
	mkdirSync(path.dirname(filepath), { recursive: true });
	writeFileSync(filepath, await prettier.format(text, { ...options, filepath }));
}
