/** What each provider's callback says of its jobs, by the documented bodies. Null means that it does not say. */
import type { JobReading } from '../../nodes/Seedance/core/job';
import { providerById } from '../../nodes/Seedance/providers';
import { fixture } from './dialect.ts';
import { contracts } from './dialects/index.ts';

function jobsIn(folder: string, name: string): Array<Partial<JobReading>> {
	const contract = contracts.find((candidate) => candidate.folder === folder)!;
	const { callback } = providerById(contract.provider);
	return callback!.jobsIn(fixture(contract, name)).map((reading) => {
		const said = Object.entries(reading).filter(([, value]) => value != null);
		return Object.fromEntries(said) as Partial<JobReading>;
	});
}

const task = { jobId: 'task_abc123def456' };
const unified = {
	...task,
	status: 'completed',
	videoUrl: 'https://cdn.seedance.it.com/outputs/task_abc123def456.mp4',
	durationSeconds: 10,
	resolution: '1280x720',
	hasAudio: true,
};
const lite = { jobId: 'sd1lite_abc123xyz', model: 'seedance-1.0-lite' };
const org = {
	jobId: 'seed15abc123def456pro',
	status: 'completed',
	model: 'seedance-1.5',
	createdAt: '2026-02-07T10:30:00Z',
	videoUrl: 'https://cdn.example.com/videos/seed15abc123def456pro.mp4',
	creditsCharged: 28,
};

const ark = {
	jobId: 'cgt-20260809211822-9lklw',
	model: 'seedance-2.5',
	createdAt: '2026-08-09T13:18:27Z',
};

it.each<[string, string, Array<Record<string, unknown>>]>([
	[
		'seedance-pro',
		'webhook.completed',
		[
			{
				jobId: 'job_abc123xyz',
				status: 'completed',
				model: 'seedance-1.0-pro',
				videoUrl: 'https://seedance.it.com/videos/abc123xyz.mp4',
				durationSeconds: 6,
				creditsCharged: 144,
			},
		],
	],
	[
		'seedance-lite',
		'webhook.completed',
		[
			{
				...lite,
				status: 'completed',
				videoUrl: 'https://cdn.seedance.it.com/...',
				durationSeconds: 6,
				resolution: '1080p',
				creditsCharged: 42,
				completedAt: '2026-04-10T12:00:45Z',
			},
		],
	],
	[
		'seedance-lite',
		'webhook.failed',
		[
			{
				...lite,
				status: 'failed',
				failure: { code: 'failed', message: 'The image shows a person' },
			},
		],
	],
	[
		'seedance-unified',
		'webhook.completed',
		[{ ...unified, metadata: { campaign_id: 'summer-2026', variant: 'A' } }],
	],
	[
		'seedance-unified',
		'webhook.failed',
		[
			{
				...task,
				status: 'failed',
				failure: { code: 'failed', message: 'The prompt was refused.' },
			},
		],
	],
	[
		'seedance-unified',
		'webhook.batch',
		[
			{ ...unified, metadata: { campaign_id: 'summer-2026' } },
			{
				jobId: 'task_def456',
				status: 'failed',
				failure: { code: 'content_policy_violation', message: 'The prompt was refused.' },
			},
			// It names a job and says nothing that we understand: a reason to ask.
			{ jobId: 'task_ghi789', status: 'processing', unknownStatus: '' },
		],
	],
	[
		// Its callback names no model: that it is an image is told by the result.
		'seedance-images',
		'webhook.completed',
		[
			{
				jobId: 'task_img123',
				status: 'completed',
				imageUrl: 'https://cdn.seedance.it.com/outputs/task_img123.png',
				metadata: { sku: 'A-1' },
			},
		],
	],
	['seedance-org', 'callback.like-status', [org]],
	['seedance-org', 'callback.flat', [org]],
	['model-ark', 'callback.queued', [{ ...ark, status: 'queued' }]],
	['model-ark', 'callback.running', [{ ...ark, status: 'processing' }]],
	[
		'model-ark',
		'callback.succeeded',
		[
			expect.objectContaining({
				...ark,
				status: 'completed',
				videoUrl: expect.stringContaining('.mp4?') as string,
				lastFrameUrl: expect.stringContaining('.png?') as string,
				expiresAt: '2026-08-10T13:36:04Z',
			}),
		],
	],
	[
		'model-ark',
		'callback.failed',
		[
			{
				...ark,
				status: 'failed',
				failure: {
					code: 'OutputVideoSensitiveContentDetected',
					message: expect.stringContaining('the finished video may be sensitive') as string,
				},
			},
		],
	],
	[
		'model-ark',
		'callback.expired',
		[
			{
				...ark,
				status: 'failed',
				failure: expect.objectContaining({ code: 'expired' }) as object,
			},
		],
	],
])('%s: %s', (folder, name, expected) => {
	expect(jobsIn(folder, name)).toEqual(expected);
});

describe('a body of seedance.it.com that is not documented', () => {
	const read = (body: unknown) => providerById('seedance').callback!.jobsIn(body);

	it('names a job of an unknown form, whose model stays open', () => {
		expect(read({ job_id: 'x_1', status: 'completed', video_url: 'https://a.example/v' })).toEqual([
			expect.objectContaining({ jobId: 'x_1', model: null, status: 'completed' }),
		]);
	});

	it('names the jobs of a batch by their IDs alone: a reason to ask', () => {
		const open = { status: 'processing', unknownStatus: '' };
		expect(read({ event: 'batch.completed', task_ids: ['task_1', 7, '', null, 'task_2'] })).toEqual(
			[
				{ jobId: 'task_1', ...open },
				{ jobId: '7', ...open },
				{ jobId: 'task_2', ...open },
			],
		);
	});

	it('says a word that we do not know: not settled', () => {
		expect(read({ task_id: 'task_1', status: 'done' })).toEqual([
			expect.objectContaining({ status: 'processing', unknownStatus: 'done' }),
		]);
	});

	it('says completed without an address: failed, as in the reply to a status question', () => {
		expect(read({ task_id: 'task_1', status: 'completed' })).toEqual([
			expect.objectContaining({
				status: 'failed',
				failure: expect.objectContaining({ code: 'no_video_url' }),
			}),
		]);
	});
});
