/** The nodes that something can go wrong for, each in the smallest workflow that has it. */
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import type { Dialect, Provider } from '../../nodes/Seedance/core/provider';
import type { MediaRequest } from '../../nodes/Seedance/core/request';
import { providerById } from '../../nodes/Seedance/providers';
import type { Execution } from '../engine/harness/index.ts';
import { chain, generate, node, start, type World } from '../engine/world.ts';
import { standIns, type Scheme } from '../sandbox/index.ts';
import type { Group, Scenario } from './scenarios.ts';
import { sleep } from '../engine/time.ts';

/** A dialect that the sandbox plays, and what the registry says of it. */
export interface PlayedDialect {
	provider: Provider;
	dialect: Dialect;
	/** Of Generate Video. */
	parameters: IDataObject;
	/** How its callbacks are signed, if at all. */
	schemes: readonly Scheme[];
	/** The usual one of its provider. */
	isFirst: boolean;
	plainStatus: boolean;
}

/** All, by name. */
export const dialects: Readonly<Record<string, PlayedDialect>> = Object.fromEntries(
	standIns.flatMap(({ provider: id, trials, callbacks = [] }) => {
		const provider = providerById(id);
		return trials.map(({ dialect, parameters, plainStatus = false }, index) => {
			const { model, mode = 'textToVideo' } = parameters;
			const request = { model, mode } as Pick<MediaRequest, 'model' | 'mode'>;
			const played: PlayedDialect = {
				provider,
				dialect: provider.dialectForRequest(request),
				parameters: { provider: id, ...parameters },
				schemes: callbacks,
				isFirst: index === 0,
				plainStatus,
			};
			return [dialect, played];
		});
	}),
);

export interface Scene {
	world: World;
	dialect: string;
	scenario: Scenario;
	/** The settings of the node that it is about. */
	settings: Partial<INode>;
	items: INodeExecutionData[];
	/** The credential of the run that it is about. */
	credentials: Record<string, IDataObject>;
	/** Names the workflows of this scene. */
	id: string;
}

/** What the user has in the end. */
export interface Told {
	executions: Execution[];
	/** The items of all outputs. */
	items: INodeExecutionData[];
	/** The same by output. */
	outputs: INodeExecutionData[][];
}

export interface Stage {
	name: string;
	groups: readonly Group[];
	/** PlayedDialect with all wirings, and shown in the table. */
	dialects: readonly string[];
	/** All other dialects that have it are played as well, with fewer wirings: only what is said on the wire differs. */
	also?: { groups: readonly Group[]; if(dialect: PlayedDialect): boolean };
	/** Its submit is answered with the video itself. */
	isBlocking?: true;
	/** It cancels jobs. */
	cancels?: true;
	/** It suspends the execution. */
	sleeps?: true;
	/** It is no step of a workflow: it knows neither "On Error" nor "Retry On Fail". */
	isTrigger?: true;
	/** What must have happened before, while nothing is wrong yet: other input items. */
	before?(scene: Scene): Promise<INodeExecutionData[]>;
	run(scene: Scene): Promise<Told>;
	/** Whether an item is what the user wants. */
	isGood(item: INodeExecutionData, scene: Scene): boolean;
}

const TIMEOUT_MINUTES = 5;
const options = { timeoutMinutes: TIMEOUT_MINUTES };

/** Only scenes about files fetch them. */
const fetches = ({ scenario }: Scene) => scenario.group === 'file';

const hasFile = ({ json, binary }: INodeExecutionData) =>
	json.status === 'completed' && binary !== undefined;
const isCompleted = (item: INodeExecutionData, scene: Scene) =>
	fetches(scene) ? hasFile(item) : item.json.status === 'completed';

const parametersOf = ({ dialect }: Pick<Scene, 'dialect'>) => dialects[dialect]!.parameters;
const providerOf = (scene: Scene) => ({ provider: parametersOf(scene).provider });

/** One node, which gets the items of the scene. */
const step =
	(typeOf: (scene: Scene) => INode) =>
	async (scene: Scene): Promise<Told> => {
		const { world, items, credentials, settings, id } = scene;
		const tested = { ...typeOf(scene), ...settings };
		const workflow = { ...chain(start, tested), id };
		const execution = await world.engine.run(workflow, { input: items, credentials });
		return toldBy(execution, tested.name);
	};

function toldBy(execution: Execution, name: string): Told {
	const outputs = [0, 1].map((index) => execution.output(name, index));
	return { executions: [execution], items: outputs.flat(), outputs };
}

/** The items as Generate Video gives them out at once. */
async function submitted(scene: Scene): Promise<INodeExecutionData[]> {
	const generates = generate({ ...parametersOf(scene), afterSubmit: 'return' });
	const { items } = await step(() => generates)({ ...scene, settings: {} });
	return items.map(({ json }) => ({ json }));
}

const checkStatus = (waitUntilFinished: boolean) =>
	step((scene) =>
		node('Check', 'seedanceCheckStatus', {
			...providerOf(scene),
			waitUntilFinished,
			...(waitUntilFinished ? options : {}),
			downloadVideo: fetches(scene),
		}),
	);

const SLEEP_MINUTES = 15;

async function waitForCallbacks(scene: Scene): Promise<Told> {
	const { world, items, credentials, settings, id } = scene;
	const first = generate({ ...parametersOf(scene), afterSubmit: 'resume' });
	const waits = node(
		'Wait',
		'seedanceWaitForWebhook',
		{ ...providerOf(scene), limitWaitMinutes: SLEEP_MINUTES, downloadVideo: fetches(scene) },
		settings,
	);
	const workflow = { ...chain(start, first, waits), id };
	const asleep = await world.engine.run(workflow, { input: items, credentials });
	if (asleep.status !== 'waiting') return toldBy(asleep, 'Wait');
	const timeoutMs = SLEEP_MINUTES * 60_000;
	const resumed = world.engine.waitFor(asleep.id, { timeoutMs });
	return toldBy(await resumed.catch(() => asleep.wakeByTime()), 'Wait');
}

/** After the last callback, the trigger may ask the API for some minutes. */
const LISTEN_MS = 8 * 60_000;

async function startByCallbacks(scene: Scene): Promise<Told> {
	const { world, items, credentials, id } = scene;
	const trigger = node('Trigger', 'seedanceTrigger', providerOf(scene), { webhookId: id });
	const after = node('After', 'n8n-nodes-base.noOp');
	const listening = await world.engine.activate({ ...chain(trigger, after), id }, credentials);
	const callbackUrl = listening.url('Trigger');
	const submits = generate({ ...parametersOf(scene), afterSubmit: 'callback', callbackUrl });
	const workflow = { ...chain(start, submits), id: `${id}-submits` };
	await world.engine.run(workflow, { input: items, credentials });
	const until = Date.now() + LISTEN_MS;
	while (Date.now() < until && listening.executions.length < items.length) await sleep(1_000);
	// Whatever comes twice comes now.
	await sleep(30_000);
	const executions = await Promise.all(listening.executions);
	await listening.deactivate();
	const outputs = executions.map((execution) => execution.output('After'));
	return { executions, items: outputs.flat(), outputs };
}

/** A provider's callbacks are the same for all its dialects. */
const callsBack = ({ provider, isFirst }: PlayedDialect) =>
	isFirst && provider.callback !== undefined;

export const stages: readonly Stage[] = [
	{
		name: 'Generate Video',
		groups: ['job', 'submit', 'ask', 'file', 'address'],
		dialects: ['unified', 'segmind'],
		also: { groups: ['job', 'submit'], if: () => true },
		run: step((scene) =>
			generate({ ...parametersOf(scene), downloadVideo: fetches(scene), options }),
		),
		isGood: isCompleted,
	},
	{
		name: 'Generate Video in one blocking call',
		isBlocking: true,
		groups: ['submit', 'address'],
		dialects: ['segmind'],
		run: step((scene) =>
			generate({ ...parametersOf(scene), options: { ...options, requestMode: 'sync' } }),
		),
		isGood: hasFile,
	},
	{
		name: 'Generate Image',
		groups: ['job', 'submit', 'file', 'address'],
		dialects: ['unified'],
		run: step((scene) =>
			node('Image', 'seedanceGenerateImage', {
				provider: 'seedance',
				model: 'seedream-v4.5',
				prompt: '={{ $json.prompt }}',
				downloadImage: fetches(scene),
				options,
			}),
		),
		isGood: isCompleted,
	},
	{
		name: 'Check Status',
		groups: ['ask', 'address'],
		dialects: ['unified'],
		also: { groups: ['ask'], if: ({ plainStatus }) => !plainStatus },
		before: submitted,
		run: checkStatus(false),
		isGood: ({ json }) => json.error === undefined,
	},
	{
		name: 'Check Status, waiting until finished',
		groups: ['job', 'ask', 'file'],
		dialects: ['unified'],
		also: { groups: ['job', 'ask'], if: ({ plainStatus }) => !plainStatus },
		before: submitted,
		run: checkStatus(true),
		isGood: isCompleted,
	},
	{
		name: 'Cancel Job',
		cancels: true,
		groups: ['cancel', 'ask', 'address'],
		dialects: ['unified'],
		also: { groups: ['cancel'], if: ({ dialect }) => dialect.cancel !== undefined },
		before: submitted,
		run: step((scene) => node('Cancel', 'seedanceCancelJob', providerOf(scene))),
		isGood: ({ json }) => json.status === 'cancelled',
	},
	{
		name: 'Wait for Webhook',
		groups: ['job', 'callback', 'ask', 'file'],
		dialects: ['unified'],
		also: { groups: ['job', 'callback', 'ask'], if: callsBack },
		sleeps: true,
		run: waitForCallbacks,
		isGood: isCompleted,
	},
	{
		name: 'Seedance Trigger',
		groups: ['job', 'callback', 'ask'],
		dialects: ['unified'],
		also: { groups: ['job', 'callback'], if: callsBack },
		isTrigger: true,
		run: startByCallbacks,
		isGood: isCompleted,
	},
	{
		name: 'Get Credits',
		groups: ['ask', 'address'],
		dialects: ['unified'],
		also: {
			groups: ['ask'],
			if: ({ provider, isFirst }) => isFirst && provider.credits !== undefined,
		},
		run: step((scene) => node('Credits', 'seedanceGetCredits', providerOf(scene))),
		isGood: ({ json }, { world }) =>
			json.credits === world.sandbox.account(json.provider as string).creditsAvailable,
	},
];
