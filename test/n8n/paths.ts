// Where things lie. All that is made at run time is under .cache, which git ignores.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CACHE = path.join(ROOT, '.cache');

/** The n8n that the demo shows. A version is a folder here with a package.json and a lockfile. */
export const DEFAULT_VERSION = process.env.SEEDANCE_N8N ?? '2.40.7';

/** Where the end-to-end tests of this n8n keep its data: those of another may run beside them. */
export const E2E_FOLDER = path.join(CACHE, 'e2e', DEFAULT_VERSION);

export const versionFolder = (version: string): string => path.join(ROOT, 'test', 'n8n', version);
export const installFolder = (version: string): string => path.join(CACHE, 'n8n', version);
