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
export interface Session {
	cookie: string;
	browserId: string;
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

/** So n8n turns requests away that it will take later. */
const LATER = [
	// Everybody's, when its own look at the database took too long.
	{ status: 503, text: 'Database is not ready' },
	// A workflow is deleted that was active until now.
	{ status: 409, text: 'Workflow is still being unpublished' },
];
/** So long a busy n8n may take to be ready again, to register a webhook and the like. */
const READY_LIMIT_MS = 5 * 60_000;
/** So long a request may take. */
const ANSWER_LIMIT_MS = 2 * 60_000;
/** So long n8n may refuse connections, as it does when it is too busy to take them. One that has ended never takes any. */
const CONNECT_LIMIT_MS = 60_000;
/** A connection that was refused, or that n8n closed at the moment when it was to be used again: nothing was sent. */
const NOT_SENT = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

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
		const { status, text } = await whenReady(() => this.raw(method, path, body));
		if (status >= 300)
			throw new Error(`n8n: ${method} ${path} gave ${status}: ${text.slice(0, 500)}`);
		return (JSON.parse(text) as { data: unknown }).data;
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

	/** For a browser, or another client, that shall be logged in too. */
	get session(): Session {
		return { cookie: this.cookie, browserId: BROWSER_ID };
	}

	/** Goes on with the session of another client. */
	resumeSession(cookie: string): void {
		this.cookie = cookie;
	}

	/** Deletes all workflows, with their executions, and all credentials, as if nobody had been here. */
	async clear(): Promise<void> {
		for (;;) {
			const page = await this.list('/rest/workflows');
			if (page.length === 0) break;
			for (const { id } of page) await this.request('POST', `/rest/workflows/${id}/archive`, {});
			for (const { id } of page) await this.request('DELETE', `/rest/workflows/${id}`);
		}
		for (const { id } of await this.list('/rest/credentials')) {
			await this.request('DELETE', `/rest/credentials/${id}`);
		}
	}

	private async list(path: string): Promise<Array<{ id: string }>> {
		return (await this.request('GET', path)) as Array<{ id: string }>;
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
		for (const deadline = Date.now() + READY_LIMIT_MS; Date.now() < deadline; await sleep(100)) {
			// The webhook takes POST only. A GET starts nothing and tells whether n8n knows the path.
			const { text } = await this.raw('GET', `/webhook/${webhookPath}`);
			if (/not registered for GET/.test(text)) return;
		}
		throw new Error(`n8n did not register the webhook ${webhookPath} within minutes`);
	}

	/** The same for a workflow that a form starts. */
	async activateForm(workflow: Workflow, formPath: string): Promise<void> {
		await lineOf(this.version).activate(this, workflow);
		for (const deadline = Date.now() + READY_LIMIT_MS; Date.now() < deadline; await sleep(100)) {
			if ((await this.raw('GET', `/form/${formPath}`)).status === 200) return;
		}
		throw new Error(`n8n did not register the form ${formPath} within minutes`);
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
		const { status, text } = await whenReady(async () => {
			const response = await fetch(`${this.url}/webhook/${webhookPath}`, {
				method: 'POST',
				// Forms and files bring their type with them.
				headers: asItIs ? {} : { 'content-type': 'application/json' },
				body: asItIs ? body : JSON.stringify(body),
			});
			return { status: response.status, text: await response.text() };
		});
		this.secrets.search(text, `n8n's answer to the webhook ${webhookPath}`);
		return { status, text };
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
		const response = await connected(() =>
			fetch(this.url + path, {
				method,
				headers: {
					'browser-id': BROWSER_ID,
					...(this.cookie && { cookie: this.cookie }),
					...(body !== undefined && { 'content-type': 'application/json' }),
				},
				...(body !== undefined && { body: JSON.stringify(body) }),
				signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
			}),
		);
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.cookie = cookie.split(';')[0] ?? '';
		}
		return response;
	}
}

/** Sends again while n8n turns everybody away. */
async function whenReady<T extends { status: number; text: string }>(
	send: () => Promise<T>,
): Promise<T> {
	for (const deadline = Date.now() + READY_LIMIT_MS; ; await sleep(500)) {
		const answer = await send();
		const isLater = LATER.some(
			(each) => each.status === answer.status && answer.text.includes(each.text),
		);
		if (!isLater || Date.now() > deadline) return answer;
	}
}

/** Sends again what was not sent for want of a connection. */
async function connected(send: () => Promise<Response>): Promise<Response> {
	for (const deadline = Date.now() + CONNECT_LIMIT_MS; ; await sleep(250)) {
		try {
			return await send();
		} catch (thrown) {
			const { code = '' } = ((thrown as Error).cause ?? {}) as NodeJS.ErrnoException;
			if (!NOT_SENT.includes(code) || Date.now() > deadline) throw thrown;
		}
	}
}
