/**
 * What n8n reads from the environment while its modules load, so this file is imported before n8n-core.
 * Everything n8n writes goes to one temporary folder per test file.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const userFolder = mkdtempSync(join(tmpdir(), 'seedance-engine-'));

process.env['N8N_USER_FOLDER'] = userFolder;
process.env['N8N_ENCRYPTION_KEY'] = 'engine-test-encryption-key';
process.env['N8N_DEFAULT_BINARY_DATA_MODE'] = 'filesystem';
for (const name of [
	'HTTP_PROXY',
	'HTTPS_PROXY',
	'ALL_PROXY',
	'http_proxy',
	'https_proxy',
	'all_proxy',
])
	delete process.env[name];
