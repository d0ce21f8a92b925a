// What the load is made of: workflows as users build them, how often each is played, and how each must end.
import { httpRequest, splitItems } from '../bench/workflows.ts';
import type { Node } from '../bench/workflows.ts';
import { standIns } from '../sandbox/index.ts';
import type { FaultSpec, StandIn } from '../sandbox/index.ts';
import { LOST_ANSWER, REFUSAL, SUBMIT_FAULTS } from './faults.ts';

export type Outcome = 'completed' | 'failed' | 'cancelled';

export interface Plot {
	/** Of the workflow, and of its webhook. */
	name: string;
	provider: string;
	/** Its part of all executions, in relation to the others. */
	share: number;
	items: number;
	/** For the sandbox; each item gets one by lot. The empty one is for nothing. */
	tags: readonly string[];
	/** Scripted for the submission of the first item; an execution gets one by lot. */
	faults?: ReadonlyArray<FaultSpec | undefined>;
	/** Ours, in their order. The last one is called RESULT, and what it puts out is told. */
	nodes: readonly PlayedNode[];
	/** How a job ends that no tag lets fail. */
	outcome?: Outcome;
	/**
	 * `delivers` (when nothing is said): each item comes out as its job has ended. `submits`: it comes out before, and the
	 * trigger delivers it. `doubts`: an error that says that a job may have started. `refuses`: the execution fails, and
	 * there is no job. `reads`: no job has a part in it.
	 */
	end?: 'submits' | 'doubts' | 'refuses' | 'reads';
	/** Of the files that come with a completed job. */
	downloads?: boolean;
}

/** What `chain` passes on to n8n beside what is in all nodes. */
type PlayedNode = Node & { executeOnce?: true; onError?: 'continueRegularOutput' };

export const RESULT = 'Result';
/** The receiving half of the decoupled workflows. */
export const TRIGGER = 'trigger';

const PLENTY = ['', '', '', ''];
/** Every end that a job can take by itself. */
const ENDS = [...PLENTY, 'unknown-status', 'instant', 'fail', 'moderate'];
/** Callbacks as they should not be. */
const RINGS = ['callback-twice', 'callback-early', 'callback-forged'];

const SOMETIMES = [...Array<undefined>(12), ...SUBMIT_FAULTS];

const ours = (type: string, name: string, parameters: Node['parameters']): PlayedNode => ({
	name,
	type: `n8n-nodes-seedance.${type}`,
	typeVersion: 1,
	parameters,
	onError: 'continueRegularOutput',
});

const generate = (name: string, parameters: Node['parameters'] = {}): PlayedNode =>
	ours('seedanceGenerateVideo', name, {
		provider: 'seedance',
		model: 'seedance-2.0',
		mode: 'textToVideo',
		prompt: '={{ $json.prompt }}',
		duration: 4,
		options: {},
		...parameters,
	});

const waiting = {
	afterSubmit: 'wait',
	downloadVideo: true,
	options: { onJobFailure: 'return' },
};
const segmind = { provider: 'segmind', model: 'seedance-pro', duration: 5, resolution: '480p' };

/** Every provider is played; one without plots of its own with the usual ones. @param triggerUrl see ownPlots */
export function plots(triggerUrl: string): readonly Plot[] {
	const own = ownPlots(triggerUrl);
	const others = standIns.filter(({ provider }) => !own.some((plot) => plot.provider === provider));
	return [...own, ...others.flatMap(usualPlots)];
}

/** A video that is waited for, and one that a callback tells of where there are callbacks. */
function usualPlots({ provider, trials: [trial], callbacks }: StandIn): Plot[] {
	const video = { provider, ...trial.parameters };
	const usual = { provider, share: 2, tags: [...PLENTY, 'fail'], downloads: true };
	const waits = generate(RESULT, { ...video, ...waiting });
	const resumes = [
		generate('Submit', { ...video, afterSubmit: 'resume' }),
		ours('seedanceWaitForWebhook', RESULT, { provider, downloadVideo: true }),
	];
	return [
		{ ...usual, name: `${provider}-wait`, items: 1, nodes: [waits] },
		...(callbacks ? [{ ...usual, name: `${provider}-resume`, items: 2, nodes: resumes }] : []),
	];
}

/** @param triggerUrl where the decoupled workflow lets the provider call */
const ownPlots = (triggerUrl: string): readonly Plot[] => [
	{
		name: 'wait',
		provider: 'seedance',
		share: 5,
		items: 3,
		tags: ENDS,
		faults: SOMETIMES,
		downloads: true,
		nodes: [generate(RESULT, waiting)],
	},
	{
		name: 'wait-for-webhook',
		provider: 'seedance',
		share: 5,
		items: 3,
		tags: [...ENDS, ...RINGS, 'callback-never'],
		faults: SOMETIMES,
		downloads: true,
		nodes: [
			generate('Submit', { afterSubmit: 'resume' }),
			ours('seedanceWaitForWebhook', RESULT, { provider: 'seedance', downloadVideo: true }),
		],
	},
	{
		name: 'decoupled',
		provider: 'seedance',
		share: 4,
		items: 1,
		tags: [...PLENTY, ...RINGS, 'fail'],
		faults: SOMETIMES,
		end: 'submits',
		nodes: [generate(RESULT, { afterSubmit: 'callback', callbackUrl: triggerUrl })],
	},
	{
		name: 'check-status',
		provider: 'seedance',
		share: 3,
		items: 2,
		tags: ENDS,
		faults: SOMETIMES,
		downloads: true,
		nodes: [
			generate('Submit', { afterSubmit: 'return' }),
			ours('seedanceCheckStatus', RESULT, {
				provider: 'seedance',
				waitUntilFinished: true,
				downloadVideo: true,
			}),
		],
	},
	{
		name: 'batch',
		provider: 'seedance',
		share: 2,
		items: 4,
		tags: [...PLENTY, 'fail'],
		faults: SOMETIMES,
		downloads: true,
		nodes: [generate(RESULT, { ...waiting, options: { ...waiting.options, submitAs: 'batch' } })],
	},
	{
		name: 'image',
		provider: 'seedance',
		share: 2,
		items: 1,
		tags: [...PLENTY, 'fail'],
		faults: SOMETIMES,
		downloads: true,
		nodes: [
			ours('seedanceGenerateImage', RESULT, {
				provider: 'seedance',
				model: 'seedream-v4.5',
				mode: 'textToVideo',
				prompt: '={{ $json.prompt }}',
				afterSubmit: 'wait',
				downloadImage: true,
				options: { onJobFailure: 'return' },
			}),
		],
	},
	{
		name: 'cancel',
		provider: 'seedance',
		share: 2,
		items: 2,
		tags: ['slow'],
		outcome: 'cancelled',
		nodes: [
			generate('Submit', { afterSubmit: 'return' }),
			ours('seedanceCancelJob', RESULT, { provider: 'seedance' }),
		],
	},
	{
		name: 'credits',
		provider: 'seedance',
		share: 2,
		items: 1,
		tags: [''],
		end: 'reads',
		nodes: [ours('seedanceGetCredits', RESULT, { provider: 'seedance' })],
	},
	{
		name: 'segmind',
		provider: 'segmind',
		share: 2,
		items: 1,
		tags: [...PLENTY, 'fail'],
		downloads: true,
		nodes: [generate(RESULT, { ...waiting, ...segmind })],
	},
	{
		name: 'seedance-org',
		provider: 'seedanceOrg',
		share: 2,
		items: 2,
		tags: [...PLENTY, 'fail', 'callback-twice', 'callback-never'],
		nodes: [
			generate('Submit', { provider: 'seedanceOrg', model: 'seedance-1.5', afterSubmit: 'resume' }),
			ours('seedanceWaitForWebhook', RESULT, { provider: 'seedanceOrg' }),
		],
	},
	{
		// Without idempotency keys a lost answer is the one thing that nobody can make good.
		name: 'lost-answer',
		provider: 'segmind',
		share: 1,
		items: 1,
		tags: [''],
		faults: [LOST_ANSWER],
		end: 'doubts',
		nodes: [generate(RESULT, { ...waiting, ...segmind })],
	},
	{
		name: 'refused',
		provider: 'seedance',
		share: 1,
		items: 1,
		tags: [''],
		faults: [REFUSAL],
		end: 'refuses',
		nodes: [{ ...generate(RESULT, { afterSubmit: 'return' }), onError: undefined }],
	},
];

/** Nothing but n8n's own nodes: what n8n itself takes for executions, to compare with. */
export const controlPlots: readonly Plot[] = [
	{
		name: 'control',
		provider: 'seedance',
		share: 1,
		items: 3,
		tags: [''],
		end: 'reads',
		nodes: [{ name: RESULT, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} }],
	},
];

/** What tells the collector, once for each execution: only what is needed to judge it. */
const tell = (address: string, run: string): PlayedNode => ({
	...httpRequest('Tell', {
		method: 'POST',
		url: address,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ JSON.stringify({ run: ${run}, items: $('${RESULT}').all().map(({ json, binary }) => ({
			jobId: json.jobId, status: json.status, error: json.error,
			charged: json.creditsCharged ?? json.costUsd, files: Object.keys(binary ?? {}).length,
		})) }) }}`,
	}),
	typeVersion: 4.2, // both lines have it
	executeOnce: true,
});

/** Everything behind the webhook of a plot. @param address of the collector */
export const nodesOf = ({ nodes }: Plot, address: string): PlayedNode[] => [
	splitItems,
	...nodes,
	tell(address, `$('Start').first().json.body.run`),
];

/** The workflow that the provider's callbacks start. */
export const triggerNodes = (address: string): PlayedNode[] => [
	ours('seedanceTrigger', RESULT, {
		provider: 'seedance',
		events: ['completed', 'failed', 'cancelled'],
	}),
	tell(address, 'null'),
];
