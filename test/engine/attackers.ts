/** Two doors that the internet can knock at: an execution that waits, and a trigger. And how to knock, byte by byte. */
import { createHmac } from 'node:crypto';
import { request, type OutgoingHttpHeaders } from 'node:http';
import type { IDataObject } from 'n8n-workflow';
import { standIns } from '../sandbox/index.ts';
import {
	chain,
	closeWorld,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
	type WorldOptions,
} from './world.ts';

export const SIGNATURE = 'x-seedance-signature';
export const TIMESTAMP = 'x-seedance-timestamp';

export interface Call {
	method?: string;
	/** A list is a header that comes several times. */
	headers?: OutgoingHttpHeaders;
	body?: string | Buffer;
}

/** One call over the wire, as it is told. @returns the answer's HTTP status */
export async function knock(url: string | URL, { method = 'POST', headers, body }: Call) {
	return await new Promise<number>((resolve, reject) => {
		const sent = request(url, { method, headers }, (answer) => {
			answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
		});
		sent.on('error', reject).end(body);
	});
}

/** A place that callbacks come to, with one job that its provider has finished and has not told anybody about. */
export interface Door {
	world: World;
	url: URL;
	jobId: string;
	secret: string;
	/** How often the provider was asked about a job. */
	questions(): number;
	/** How often a workflow went on or started. */
	openings(): number;
	/** Nothing that was knocked is being worked on. */
	quiet(): Promise<void>;
	/** The jobs that came through, as items. */
	came(): Promise<IDataObject[]>;
}

export interface DoorOptions extends WorldOptions {
	/** seedance.it.com by default. */
	provider?: string;
	/** Of the Trigger or of Wait for Webhook. */
	parameters?: IDataObject;
	/** Its provider is still at it. */
	unfinished?: boolean;
}

const after = node('After', 'n8n-nodes-base.noOp');
const UNTOLD = '[sandbox:callback-never] one';
let doors = 0;

const standInOf = (provider: string) => standIns.find((each) => each.provider === provider)!;
/** What Generate Video needs for a video of this provider. */
const videoOf = (provider: string) => ({ provider, ...standInOf(provider).trials[0].parameters });

/** With the credentials of the provider that it is about. */
const ours = (provider: string) => ({
	credentials: { [standInOf(provider).credentialType]: { id: provider, name: 'My account' } },
});

async function worldOf({ provider = 'seedance', ...options }: DoorOptions) {
	const world = await openWorld({ speed: 1, ...options });
	const credential = { ...world.sandbox.credentialOf(provider), ...options.credential };
	const credentials = { [standInOf(provider).credentialType]: credential };
	const secret = credential.webhookSecret ?? '';
	const questions = () =>
		world.sandbox.ledger.requests.filter(({ kind }) => kind === 'status').length;
	return { world, credentials, secret: String(secret), questions };
}

/** Where the job's callback goes. */
function calledBackAt({ sandbox }: World): URL {
	return new URL(sandbox.jobs()[0]!.callbackUrl!);
}

/** An execution that sleeps in Wait for Webhook. */
export async function waitingDoor(options: DoorOptions = {}): Promise<Door> {
	const { provider = 'seedance', parameters = {}, unfinished } = options;
	const { world, credentials, secret, questions } = await worldOf(options);
	const submit = { ...videoOf(provider), afterSubmit: 'resume' };
	const flow = chain(
		start,
		generate(submit, ours(provider)),
		node('Wait', 'seedanceWaitForWebhook', { provider, ...parameters }, ours(provider)),
		after,
	);
	const { id, status } = await world.engine.run(flow, { input: prompts(UNTOLD), credentials });
	if (status !== 'waiting') throw new Error(`The execution is ${status}`);
	const { jobId } = world.sandbox.jobs()[0]!;
	if (!unfinished) world.sandbox.finishJob(jobId);
	return {
		world,
		url: calledBackAt(world),
		jobId,
		secret,
		questions,
		openings: () => world.engine.continuations(id),
		quiet: () => world.engine.idle(),
		came: async () => {
			const execution = await world.engine.waitFor(id, { status: 'success' });
			return execution.output('After').map(({ json }) => json);
		},
	};
}

/** An active workflow with the Trigger. */
export async function triggerDoor(options: DoorOptions = {}): Promise<Door> {
	const { provider = 'seedance', parameters = {}, unfinished } = options;
	const { world, credentials, secret, questions } = await worldOf(options);
	const more = { ...ours(provider), webhookId: 'hook-1' };
	const trigger = node('Trigger', 'seedanceTrigger', { provider, ...parameters }, more);
	// The trigger remembers by workflow what it has started.
	const flow = { ...chain(trigger, after), id: `door-${(doors += 1)}` };
	const listening = await world.engine.activate(flow, credentials);
	const submit = {
		...videoOf(provider),
		afterSubmit: 'callback',
		callbackUrl: listening.url('Trigger'),
	};
	const making = chain(start, generate(submit, ours(provider)));
	await world.engine.run(making, { input: prompts(UNTOLD), credentials });
	const { jobId } = world.sandbox.jobs()[0]!;
	if (!unfinished) world.sandbox.finishJob(jobId);
	return {
		world,
		url: calledBackAt(world),
		jobId,
		secret,
		questions,
		openings: () => listening.executions.length,
		quiet: () => world.engine.idle(),
		came: async () => {
			const executions = await Promise.all(listening.executions);
			return executions.flatMap((each) => each.output('After').map(({ json }) => json));
		},
	};
}

export const closeDoor = ({ world }: Door) => closeWorld(world);

/** What the provider would say of the job. */
export const callbackOf = ({ jobId }: Pick<Door, 'jobId'>, more: object = {}): string =>
	JSON.stringify({
		event: 'task.completed',
		task_id: jobId,
		status: 'completed',
		result: { video_url: 'https://cdn.example.com/by-callback.mp4', duration: 4 },
		metadata: { note: 'Grüße 🎬' },
		timestamp: '2026-04-10T14:31:28Z',
		...more,
	});

/** Computed here and not by the code under test: the twin must not confirm its own mistake. */
export const mac = (secret: string, ...parts: Array<string | Buffer>) => {
	const hmac = createHmac('sha256', secret);
	for (const part of parts) hmac.update(part);
	return hmac;
};

/** The call that the provider makes itself. */
export function genuine(door: Door, body: string | Buffer = callbackOf(door)) {
	const signature = mac(door.secret, body).digest('hex');
	return {
		headers: {
			'content-type': 'application/json',
			...(door.secret === '' ? {} : { [SIGNATURE]: signature }),
		},
		body,
	} satisfies Call;
}
