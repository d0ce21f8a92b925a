import { setTimeout as sleep } from 'node:timers/promises';
import { openCluster } from './cluster.ts';
import { chain, splitItems } from '../bench/workflows.ts';
const c = await openCluster('tmp', { speed: 10, jobSeconds: 40, accounts: [{ id: 'org', provider: 'seedanceOrg', apiKey: 'test-key-org', credits: 100000, requestsPerMinute: 10000, maxConcurrentJobs: 100 }] });
try {
	const id = await c.api.createCredential('org', 'seedanceOrgApi', { apiKey: 'test-key-org', baseUrl: c.sandbox.seedanceOrgBase, requestsPerMinute: 1000, maxConcurrentJobs: 100 });
	const w = await c.api.createWorkflow(chain('org', [splitItems, { name: 'Generate Video', type: 'n8n-nodes-seedance.seedanceGenerateVideo', typeVersion: 1, credentials: { seedanceOrgApi: { id, name: 'org' } }, parameters: { provider: 'seedanceOrg', model: 'seedance-1.5', mode: 'textToVideo', prompt: '={{ $json.prompt }}', afterSubmit: 'wait' } }], 'onReceived'));
	await c.api.activate(w, 'org'); await c.door.awaitWebhook('org');
	await c.door.callWebhook('org', { items: [{ prompt: 'A lamp [sandbox:never]' }] });
	await sleep(5000);
	console.log('before', c.sandbox.account('org').jobsCreated);
	for (const m of c.workers) if (m.log().includes('Worker started')) { await m.kill(); break; }
	await sleep(25000);
	console.log('after', c.sandbox.account('org').jobsCreated, await c.api.listExecutions(w).then((l) => l.map((e) => e.status)));
} finally { await c.stop(); }
