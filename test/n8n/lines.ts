// All differences between n8n 1.x and 2.x, in one place.
import type { N8nApi, Workflow } from './api.ts';

export interface Line {
	/** Settings that only this major version has or needs. */
	env: NodeJS.ProcessEnv;
	/** The same for queue mode, where all processes must have access to the stored files. */
	queueEnv: NodeJS.ProcessEnv;
	activate(api: N8nApi, workflow: Workflow): Promise<void>;
	deactivate(api: N8nApi, workflow: Workflow): Promise<void>;
}

/** 1.x: a workflow is active or it is not. */
const line1: Line = {
	env: {
		DB_SQLITE_POOL_SIZE: '4', // its default driver mixes up transactions of requests side by side
		N8N_RUNNERS_ENABLED: 'true', // says so itself when it is missing
		N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem', // otherwise videos lie base64-encoded in the database
	},
	queueEnv: {
		N8N_AVAILABLE_BINARY_DATA_MODES: 'filesystem,database',
		N8N_DEFAULT_BINARY_DATA_MODE: 'database',
	},
	async activate(api, { id }) {
		await api.request('PATCH', `/rest/workflows/${id}`, { active: true });
	},
	async deactivate(api, { id }) {
		await api.request('PATCH', `/rest/workflows/${id}`, { active: false });
	},
};

/** 2.x: one saved version of a workflow is published. */
const line2: Line = {
	env: { DB_PING_TIMEOUT_MS: '30000' }, // on a busy machine n8n's own 5 s are over soon, and then it answers 503 to everybody
	queueEnv: {}, // the database is its own choice there
	async activate(api, { id, versionId }) {
		await api.request('POST', `/rest/workflows/${id}/activate`, { versionId });
	},
	async deactivate(api, { id }) {
		await api.request('POST', `/rest/workflows/${id}/deactivate`, {});
	},
};

export const lineOf = (version: string): Line => (version.startsWith('1.') ? line1 : line2);
