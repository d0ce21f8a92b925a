/**
 * What n8n reads from the environment while its modules load, so this file is imported before n8n-core.
 * Everything n8n writes goes to one temporary folder, which each test file deletes at its end. n8n-core remembers the folder
 * from the first file to the last one of a process, so the name is that of the process.
 */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const userFolder = join(tmpdir(), `seedance-engine-${process.pid}`);

mkdirSync(userFolder, { recursive: true });

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
