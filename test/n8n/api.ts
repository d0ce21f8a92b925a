// A small client for n8n's own REST API: the same calls as the editor's.
import { setTimeout as sleep } from 'node:timers/promises';
import { readExecution } from './execution.ts';
import type { Execution } from './execution.ts';
import { lineOf } from './lines.ts';
import { Secrets } from '../secrets/secrets.ts';

export interface Owner {
	email: string;
	password: string;
}
export interface Workflow {
	id: string;
	name: string;
	versionId: string;
}
export interface WorkflowFile {
	name: string;
	nodes: Array<Record<string, unknown> & { name: string; type: string }>;
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
}
export interface ExecutionSummary {
	id: string;
	status: string;
	workflowId: string;
}
export interface Answer {
	status: number;
	headers: Headers;
	text: string;
}

/** Only our credentials are checked for leaks. How other nodes handle keys is not our concern. */
const OUR_CREDENTIAL = /^(seedance|segmind)/;

/** n8n binds a session to the browser that logged in, through this header. */
const BROWSER_ID = 'seedance-e2e';

/**
 * The answer of a busy n8n to every request, before it has done anything, if its ping of the database took too long.
 */
const NOT_READY = 'Database is not ready';
const READY_LIMIT_MS = 60_000;

export class N8nApi {
	readonly url: string;
	readonly version: string;
	/** The secrets of our credentials, and every place where n8n's answers have revealed one. */
	readonly secrets: Secrets;
	private cookie = '';

	/** @param secrets shared with another client of the same n8n */
	constructor(n8n: { url: string; version: string }, secrets = new Secrets()) {
		this.secrets = secrets;
		this.url = n8n.url;
		this.version = n8n.version;
	}

	/** The answer, whatever its status. */
	async raw(method: string, path: string, body?: unknown): Promise<Answer> {
		const response = await this.send(method, path, body);
		const text = await response.text();
		this.secrets.search(text, `n8n's answer to ${method} ${path}`);
		return { status: response.status, headers: response.headers, text };
	}

	/** The `data` of the answer. Throws unless the status is 2xx. If n8n is not ready, the request is repeated. */
	async request(method: string, path: string, body?: unknown): Promise<unknown> {
		const deadline = Date.now() + READY_LIMIT_MS;
		for (;;) {
			const { status, text } = await this.raw(method, path, body);
			if (status < 300) return (JSON.parse(text) as { data: unknown }).data;
			const isNotReady = status === 503 && text.includes(NOT_READY);
			if (!isNotReady || Date.now() > deadline)
				throw new Error(`n8n: ${method} ${path} gave ${status}: ${text.slice(0, 500)}`);
			await sleep(500);
		}
	}

	/** Creates the first user of a fresh n8n and stays logged in. */
	async setupOwner(owner: Owner): Promise<void> {
		await this.request('POST', '/rest/owner/setup', {
			...owner,
			firstName: 'Demo',
			lastName: 'Owner',
		});
	}

	async login(owner: Owner): Promise<void> {
		await this.request('POST', '/rest/login', {
			emailOrLdapLoginId: owner.email,
			password: owner.password,
		});
	}

	/** For a browser that should be logged in as well. */
	get session(): { cookie: string; browserId: string } {
		return { cookie: this.cookie, browserId: BROWSER_ID };
	}

	async createCredential(
		name: string,
		type: string,
		data: Record<string, unknown>,
	): Promise<string> {
		if (OUR_CREDENTIAL.test(type)) this.secrets.addCredential(data);
		const created = await this.request('POST', '/rest/credentials', { name, type, data });
		return (created as { id: string }).id;
	}

	/** The same as "Test" in the editor; `status` is "OK" or "Error". */
	async testCredential(
		type: string,
		data: Record<string, unknown>,
	): Promise<{ status: string; message: string }> {
		// 1.x tests only what is stored.
		const id = await this.createCredential('test', type, data);
		const credentials = { id, name: 'test', type, data };
		const result = await this.request('POST', '/rest/credentials/test', { credentials });
		return result as { status: string; message: string };
	}

	async createWorkflow(file: WorkflowFile): Promise<Workflow> {
		// 1.x requires an explicit `active: false` for a new workflow.
		const workflow = { settings: {}, active: false, ...file };
		return (await this.request('POST', '/rest/workflows', workflow)) as Workflow;
	}

	/** Returns when the workflow's webhook answers: n8n registers it a moment after it has confirmed the activation. */
	async activate(workflow: Workflow, webhookPath: string): Promise<void> {
		await lineOf(this.version).activate(this, workflow);
		await this.awaitWebhook(webhookPath);
	}

	/** Returns when the webhook of an active workflow answers. */
	async awaitWebhook(webhookPath: string): Promise<void> {
		for (let tries = 0; tries < 120; tries++) {
			// The webhook accepts only POST. A GET starts nothing and shows whether n8n knows the path.
			const { text } = await this.raw('GET', `/webhook/${webhookPath}`);
			if (/not registered for GET/.test(text)) return;
			await sleep(250);
		}
		throw new Error(`n8n did not register the webhook ${webhookPath} within 30 s`);
	}

	async deactivate(workflow: Workflow): Promise<void> {
		await lineOf(this.version).deactivate(this, workflow);
	}

	/**
	 * Calls the webhook from outside, without our session. Forms and files are sent as they are, everything else as
	 * JSON.
	 */
	async callWebhook(webhookPath: string, body: unknown): Promise<{ status: number; text: string }> {
		const asItIs = body instanceof FormData || body instanceof Blob;
		const response = await fetch(`${this.url}/webhook/${webhookPath}`, {
			method: 'POST',
			// Forms and files set their own content type.
			headers: asItIs ? {} : { 'content-type': 'application/json' },
			body: asItIs ? body : JSON.stringify(body),
		});
		const text = await response.text();
		this.secrets.search(text, `n8n's answer to the webhook ${webhookPath}`);
		return { status: response.status, text };
	}

	async listExecutions(workflow: Workflow): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow.id }));
		const list = await this.request('GET', `/rest/executions?limit=100&filter=${filter}`);
		const { results } = list as { results: ExecutionSummary[] };
		// n8n reads running and finished executions separately, so one that is just finishing may be in both lists.
		return [...new Map(results.map((each) => [each.id, each])).values()];
	}

	async getExecution(id: string): Promise<Execution> {
		return readExecution(await this.request('GET', `/rest/executions/${id}`));
	}

	/** The bytes of a stored file, as the editor's "Download" returns them. */
	async downloadBinary(id: string): Promise<Buffer> {
		const query = `id=${encodeURIComponent(id)}&action=download`;
		const response = await this.send('GET', `/rest/binary-data?${query}`);
		if (!response.ok) throw new Error(`n8n: the binary ${id} gave ${response.status}`);
		return Buffer.from(await response.arrayBuffer());
	}

	private async send(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await fetch(this.url + path, {
			method,
			headers: {
				'browser-id': BROWSER_ID,
				...(this.cookie && { cookie: this.cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			...(body !== undefined && { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(30_000),
		});
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.cookie = cookie.split(';')[0] ?? '';
		}
		return response;
	}
}
