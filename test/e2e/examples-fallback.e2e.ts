// The example "One provider, and another if it cannot" in a real n8n, between the sandbox's kie.ai and WaveSpeedAI: the
// second one is asked only where nothing is paid twice.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import type { FaultSpec, JobSummary } from '../sandbox/index.ts';
import { openChat } from '../standins/chat.ts';
import type { Chat } from '../standins/chat.ts';
import { importExample, runManually } from './examples.ts';
import { POLL_MS, SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const FIRST = 'kie';
const SECOND = 'waveSpeed';
/** 5 s of Seedance 2.0 Fast in 720p, as the sandbox charges it. */
const CREDITS_AT_FIRST = 165;
const USD_AT_FIRST = 0.825;
const USD_AT_SECOND = 0.8;
/** Jobs take 1 to 2 s, and the first question comes when the time is up. */
const TIMEOUT_MINUTES = 0.2;
const LIMITS = { requestsPerMinute: 600, maxConcurrentJobs: 20 };

interface Case {
	name: string;
	/** Words in the prompt, by which the job, the fault and the message are found. */
	prompt: string;
	/** What happens to the submission to the first provider. */
	fault?: Partial<FaultSpec>;
	/** Its job is made to fail, unlike that of the second provider. */
	failsAtFirst?: true;
	/** The number of jobs at the first provider, and at the second. */
	jobs: [first: number, second: number];
	/** The provider of the video; without one, the message in the chat. */
	madeBy?: string;
	message?: RegExp;
	/** Why the first provider has not made it. */
	why?: RegExp;
}

const lost = { after: 'handled', reset: true } as const;
const cases: Case[] = [
	{ name: 'the first one makes it', prompt: 'a lamp', jobs: [1, 0], madeBy: FIRST, why: /^$/ },
	{
		name: 'no credits',
		prompt: 'a chair',
		fault: { status: 200, body: { code: 402, msg: 'Credits insufficient' } },
		jobs: [0, 1],
		madeBy: SECOND,
		why: /^Not enough credits in the kie\.ai account/,
	},
	{
		name: 'overloaded',
		prompt: 'a table',
		fault: { status: 200, body: { code: 455, msg: 'Maintenance' }, times: 0 },
		jobs: [0, 1],
		madeBy: SECOND,
		why: /^kie\.ai is down/,
	},
	{
		name: 'a failed job',
		prompt: 'a clock',
		failsAtFirst: true,
		jobs: [1, 1],
		madeBy: SECOND,
		why: /^.+ \(failed, job \S+\)$/,
	},
	{
		name: 'a failed job that fails again',
		prompt: 'a shelf [sandbox:fail]',
		jobs: [1, 1],
		message:
			/^Order a shelf: there is no video\. kie\.ai: .+ \(failed, job \S+\) WaveSpeedAI: .+ \(failed, job \S+\)$/,
	},
	{
		name: 'a lost answer, although there is a job',
		prompt: 'a sofa',
		fault: lost,
		jobs: [1, 0],
		message: /^Order a sofa: kie\.ai may still make and charge .+ may have started/,
	},
	{
		name: 'an error of the server, after which nobody knows',
		prompt: 'a stool',
		fault: { status: 502, body: '<html>Bad Gateway</html>' },
		jobs: [0, 0],
		message: /^Order a stool: kie\.ai may still make and charge .+ may have started/,
	},
	{
		name: 'a job that is late',
		prompt: 'a bed [sandbox:never]',
		jobs: [1, 0],
		message: /^Order a bed: kie\.ai may still make and charge .+ \(timed_out, job \S+\)$/,
	},
];

let stage: Stage;
let chat: Chat;
let workflow: Workflow;

const idOf = ({ prompt }: Case): string => prompt.replace(/ \[.*/, '');
const jobsOf = (each: Case, provider: string): JobSummary[] =>
	stage.sandbox
		.jobs()
		.filter((job) => job.provider === provider && job.prompt.startsWith(idOf(each)));

/** Lets the jobs of the first provider fail as soon as they exist. @returns what ends it */
function failJobs(each: Case): () => void {
	const timer = setInterval(() => {
		for (const { jobId, state } of jobsOf(each, FIRST)) {
			if (state === 'processing') stage.sandbox.finishJob(jobId, 'failed');
		}
	}, POLL_MS);
	return () => clearInterval(timer);
}

/** @returns the item with the video, if there is one */
async function order(each: Case): Promise<Record<string, unknown> | undefined> {
	const { prompt, fault } = each;
	if (fault) {
		stage.sandbox.faults.add({ kind: 'submit', path: '/kie/', match: prompt, ...fault });
	}
	const stopFailing = each.failsAtFirst && failJobs(each);
	const output = { body: { id: idOf(each), prompt } };
	const execution = await runManually(stage, workflow, 'New order', { output });
	stopFailing?.();
	assert.equal(execution.status, 'success', execution.error?.message);
	return itemsOf(execution, 'The video')[0]?.json;
}

void describe('the example with a second provider', () => {
	const videos = new Map<Case, Record<string, unknown> | undefined>();

	before(
		async () => {
			chat = await openChat();
			// The job that never ends must not keep the others waiting.
			const accounts = [FIRST, SECOND].map((provider) => ({ provider, ...LIMITS }));
			stage = await setTheStage('examples-fallback', { speed: 60, accounts });
			workflow = await importExample(stage, 'provider-fallback.json', {
				settings: { chatUrl: chat.hook, timeoutMinutes: TIMEOUT_MINUTES },
				limits: LIMITS,
			});
			// All at once, which takes as long as the longest of them.
			await Promise.all(cases.map(async (each) => videos.set(each, await order(each))));
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await chat?.close();
	});

	for (const each of cases) {
		const { name, jobs, madeBy, message, why } = each;
		void it(`${name}: ${jobs[0]} job at the first provider, ${jobs[1]} at the second`, () => {
			const made = [FIRST, SECOND].map((provider) => jobsOf(each, provider).length);
			assert.deepEqual(made, jobs);
			const video = videos.get(each);
			const messages = chat.messages.filter((text) => text.startsWith(`Order ${idOf(each)}:`));
			if (message) {
				assert.equal(video, undefined);
				assert.equal(messages.length, 1);
				assert.match(messages[0]!, message);
				return;
			}
			assert.deepEqual(messages, []);
			const [job] = jobsOf(each, madeBy!);
			const { whyNotTheFirst, videoUrl, ...others } = video!;
			assert.match(String(whyNotTheFirst), why!);
			assert.match(String(videoUrl), /^http.*\.mp4/);
			const costUsd = madeBy === FIRST ? USD_AT_FIRST : USD_AT_SECOND;
			assert.deepEqual(others, { id: idOf(each), madeBy, jobId: job!.jobId, costUsd });
		});
	}

	void it('both accounts have paid for nothing else', () => {
		const first = stage.sandbox.account(FIRST);
		const second = stage.sandbox.account(SECOND);
		// The job of the lost answer is made and charged, although nobody has its ID.
		assert.partialDeepStrictEqual(first, { jobsCreated: 5, jobsCharged: 2 });
		assert.equal(first.creditsCharged, 2 * CREDITS_AT_FIRST);
		assert.partialDeepStrictEqual(second, { submitsReceived: 4, jobsCreated: 4, jobsCharged: 3 });
		assert.ok(Math.abs(second.creditsCharged - 3 * USD_AT_SECOND) < 1e-6);
	});
});
