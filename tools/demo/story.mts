// Posts the three SKUs to the workflow and reports what the provider and n8n do with each.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf } from '../../test/n8n/execution.ts';
import type { Execution } from '../../test/n8n/execution.ts';
import { isMp4 } from '../../test/n8n/mp4.ts';
import { ROOT } from '../../test/n8n/paths.ts';
import { WEBHOOK_PATH } from '../../test/n8n/stage.ts';
import type { Stage } from '../../test/n8n/stage.ts';
import type { SandboxEvent } from '../../test/sandbox/index.ts';
import { happened, kilobytes } from './screen.mts';

export interface Product {
	sku: string;
	title: string;
}

export const PRODUCTS: Product[] = [
	{ sku: 'SHOE-1042', title: 'Trail running shoe "Ridge"' },
	{ sku: 'LAMP-0077', title: 'Brass desk lamp' },
	{ sku: 'MUG-2210', title: 'Hand-thrown stoneware mug' },
];

const VIDEOS = path.join(ROOT, 'demo-videos');
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 400;

interface Chapter extends Product {
	executionId?: string;
	status?: string;
	/** The result: undefined while it runs, null if there is a video, otherwise what went wrong. */
	problem?: string | null;
}

/** Returns what went wrong: one sentence per SKU without a video, empty if all went well. */
export class Story {
	private readonly chapters: Chapter[] = PRODUCTS.map((product) => ({ ...product }));
	private started = Date.now();
	private stage: Stage | undefined;

	/** Passed to the sandbox as its `onEvent`. */
	readonly onProviderEvent = (event: SandboxEvent): void => {
		const sku = this.skuOfJob(event.jobId);
		if (!sku) return;
		const { progress, credits, status } = event.detail as Record<string, number | undefined>;
		const lines: Partial<Record<SandboxEvent['type'], [string, string]>> = {
			submitted: ['submitted', `job ${event.jobId}, ${credits} credits reserved`],
			progress: ['progress', `${progress} %`],
			completed: ['completed', 'the provider has the video and calls back'],
			callback: ['callback', `n8n answered ${status ?? 'nothing'}`],
			failed: ['failed', 'the provider could not make the video'],
		};
		const line = lines[event.type];
		if (line) this.tell(sku, ...line);
	};

	async play(stage: Stage): Promise<string[]> {
		this.stage = stage;
		this.started = Date.now();
		mkdirSync(VIDEOS, { recursive: true });
		for (const { sku } of this.chapters) rmSync(videoFile(sku), { force: true });
		for (const { sku, title } of this.chapters) {
			this.tell(sku, 'new SKU', title);
			const answer = await stage.api.callWebhook(WEBHOOK_PATH, { sku, title });
			if (answer.status !== 200) return [`The webhook answered ${answer.status}: ${answer.text}`];
		}
		while (this.chapters.some(({ problem }) => problem === undefined)) {
			if (Date.now() - this.started > LIMIT_MS) break;
			await sleep(LOOK_EVERY_MS);
			await this.look(stage);
		}
		return this.chapters.flatMap(({ sku, problem = `no video after ${LIMIT_MS / 1000} s` }) =>
			problem === null ? [] : [`${sku}: ${problem}`],
		);
	}

	/** Reports what has changed in n8n since the last check. */
	private async look(stage: Stage): Promise<void> {
		for (const { id, status } of await stage.api.listExecutions(stage.workflow)) {
			const known = this.chapters.find(({ executionId }) => executionId === id);
			if (known && known.status === status) continue;
			const execution = await stage.api.getExecution(id);
			const chapter = known ?? this.chapterOf(execution);
			if (!chapter || chapter.problem !== undefined) continue;
			chapter.executionId = id;
			if (chapter.status === execution.status) continue;
			chapter.status = execution.status;
			await this.turn(chapter, execution, stage);
		}
	}

	private async turn(chapter: Chapter, execution: Execution, stage: Stage): Promise<void> {
		const { id, status } = execution;
		if (status === 'waiting')
			this.tell(chapter.sku, 'asleep', `execution ${id} waits for the call`);
		if (status === 'success') {
			this.tell(chapter.sku, 'resumed', `execution ${id} went on and has finished`);
			chapter.problem = await this.save(chapter, execution, stage);
		}
		if (['error', 'crashed', 'canceled'].includes(status)) {
			chapter.problem = `execution ${id} ended in ${status}: ${execution.error?.message ?? 'no message'}`;
		}
	}

	/** Downloads the video that n8n has stored. Returns the problem with it, or null if there is none. */
	private async save({ sku }: Product, execution: Execution, stage: Stage): Promise<string | null> {
		const [ready] = itemsOf(execution, 'Video ready');
		const video = ready?.binary?.['video'];
		if (!ready || !video) {
			const reason = itemsOf(execution, 'No video')[0]?.json['reason'];
			return `no video came out: ${typeof reason === 'string' ? reason : 'no reason was given'}`;
		}
		const bytes = video.id
			? await stage.api.downloadBinary(video.id)
			: Buffer.from(video.data, 'base64');
		if (!isMp4(bytes)) return 'what n8n stored is not a whole MP4';
		writeFileSync(videoFile(sku), bytes);
		const file = path.relative(ROOT, videoFile(sku));
		this.tell(sku, 'MP4 saved', `${file}, ${kilobytes(bytes.length)}`);
		return null;
	}

	private chapterOf(execution: Execution): Chapter | undefined {
		const body = itemsOf(execution, 'New SKU')[0]?.json['body'] as Partial<Product> | undefined;
		return this.chapters.find(({ sku }) => sku === body?.sku);
	}

	/** The SKU is found by the product's title in the prompt. */
	private skuOfJob(jobId: string | null): string | undefined {
		const job = this.stage?.sandbox.jobs().find((each) => each.jobId === jobId);
		return job && this.chapters.find(({ title }) => job.prompt.includes(title))?.sku;
	}

	private tell(sku: string, what: string, details: string): void {
		happened(Date.now() - this.started, sku, what, details);
	}
}

const videoFile = (sku: string): string => path.join(VIDEOS, `${sku}.mp4`);
