// Paths of the project. Everything that is created at run time is under .cache, which git ignores.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CACHE = path.join(ROOT, '.cache');

/** The version of n8n for the demo. Each version has a folder here with a package.json and a lockfile. */
export const DEFAULT_VERSION = process.env.SEEDANCE_N8N ?? '2.40.7';

/** The data of the end-to-end tests for this version. Tests of another version may run at the same time. */
export const E2E_FOLDER = path.join(CACHE, 'e2e', DEFAULT_VERSION);

export const versionFolder = (version: string): string => path.join(ROOT, 'test', 'n8n', version);
export const installFolder = (version: string): string => path.join(CACHE, 'n8n', version);
