import type { Account, RateLimit } from '../core/account.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import {
	MODELARK_BODY_BYTES,
	MODELARK_LIMITS,
	MODELARK_PER_SECOND,
	RATE_WINDOW_MS,
} from '../decisions.ts';
import type { RequestKind } from '../types.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { createTask } from './modelArkCreate.ts';
import { answerTo, ok } from './modelArkError.ts';
import type { Region } from './modelArkModels.ts';
import { createImages } from './modelArkImages.ts';
import { listModels, listTasks } from './modelArkList.ts';
import { regionOf } from './modelArkIds.ts';
import { callbackPayload, deleteTask, NAME, taskOf, viewOf } from './modelArkTask.ts';
import { bearerKey } from './seedance.ts';

/** ByteDance ModelArk: BytePlus outside of China, Volcengine Ark in it. A key belongs to one of the two. */

const ROOTS: Readonly<Record<Region, string>> = {
	international: '/modelark/api/v3',
	china: '/modelark-china/api/v3',
};
const TASKS = '/contents/generations/tasks';

/** Signs no callbacks and has no tiers. */
export const modelArkStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceModelArkApi',
	account: {
		apiKey: 'sandbox-modelark-key-not-a-real-one',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		...MODELARK_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'usd',
	hosts: { baseUrl: ROOTS.international },
	credentialOf: (account) => {
		const region = regionOf(account);
		return { hosts: { baseUrl: ROOTS[region] }, fields: { region } };
	},
	trials: [
		{
			dialect: NAME,
			parameters: { model: 'seedance-2.0-mini', duration: 4, resolution: '480p' },
			plainStatus: true,
		},
	],
	callbacks: [],
	dialects: (core) => [modelArk(core)],
};

function modelArk(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	return {
		name: NAME,
		provider: NAME,
		prefixes: Object.values(ROOTS),
		keyOf: bearerKey,
		answerTo,
		limitOf,
		routes: [...routesOf(core, 'international'), ...routesOf(core, 'china')],
	};
}

function limitOf({ requestsPerMinute }: Account, kind: RequestKind): RateLimit | undefined {
	if (kind === 'submit') return { name: kind, requests: requestsPerMinute, spanMs: RATE_WINDOW_MS };
	if (kind === 'list') return { name: kind, requests: MODELARK_PER_SECOND.list, spanMs: 1000 };
	if (kind !== 'status' && kind !== 'cancel') return undefined;
	const requests = Math.max(MODELARK_PER_SECOND[kind], Math.floor(requestsPerMinute / 60));
	return { name: kind, requests, spanMs: 1000 };
}

function routesOf(core: Core, region: Region): Route[] {
	const at = (
		method: Route['method'],
		path: string,
		kind: RequestKind,
		handle: Route['handle'],
	): Route => ({
		method,
		path: ROOTS[region] + path,
		kind,
		mostBytes: MODELARK_BODY_BYTES,
		handle: (call: Call) => {
			if (regionOf(call.account) !== region) throw new Problem('unauthorized', 'Another region');
			return handle(call);
		},
	});
	return [
		at('POST', TASKS, 'submit', (call) => createTask(core, call)),
		// [pub] There is no such address, and a request to it makes a task.
		at('POST', `${TASKS}/:id/cancel`, 'submit', (call) => createTask(core, call)),
		at('GET', TASKS, 'list', (call) => listTasks(core, call)),
		at('GET', `${TASKS}/:id`, 'status', (call) => ok(viewOf(core, taskOf(core, call)))),
		at('DELETE', `${TASKS}/:id`, 'cancel', (call) => deleteTask(core, call)),
		at('POST', '/images/generations', 'submit', (call) => createImages(core, call)),
		at('GET', '/models', 'models', listModels),
	];
}
