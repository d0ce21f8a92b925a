/** seedance.it.com has three APIs for one key: which of them is called about a job, and the calls that no run makes. */
import type { JobAddress } from '../../nodes/Seedance/core/provider';
import type { MediaRequest } from '../../nodes/Seedance/core/request';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import { unified } from '../../nodes/Seedance/providers/seedance/unified';

describe('a job is looked for', () => {
	const tasks = '/tasks/';
	const pro = '/seedance-1-pro/status/';
	const lite = '/jobs/';

	it.each<[string, JobAddress, string[]]>([
		['where its ID is of that form', { jobId: 'task_1' }, [tasks]],
		['where its ID is of that form', { jobId: 'job_1' }, [pro]],
		['where its ID is of that form', { jobId: 'sd1lite_1' }, [lite]],
		['everywhere, if nothing is known of it', { jobId: '1' }, [tasks, pro, lite]],
		['everywhere, if nothing is known of it', { jobId: '1', model: null }, [tasks, pro, lite]],
		['where the form only begins', { jobId: '1_task_sd1lite_job_' }, [tasks, pro, lite]],
		['where its model is made', { jobId: '1', model: 'seedance-2.0' }, [tasks]],
		['where its model is made', { jobId: '1', model: 'seedance-1.0-pro' }, [pro, tasks]],
		['where its model is made', { jobId: '1', model: 'seedance-1.0-lite' }, [lite, tasks]],
		['by its ID first', { jobId: 'task_1', model: 'seedance-1.0-lite' }, [tasks, lite]],
		['by its ID first', { jobId: 'job_1', model: 'seedance-2.0' }, [pro, tasks]],
	])('%s: %p', (_, job, paths) => {
		const asked = seedance.dialectsForJob(job).map(({ status }) => status.request(job));
		expect(asked).toEqual(paths.map((path) => ({ method: 'GET', path: path + job.jobId })));
	});
});

it.each([
	['task_a/b', '/tasks/task_a%2Fb'],
	['job_a/b', '/seedance-1-pro/jobs/job_a%2Fb'],
	['sd1lite_a/b', '/jobs/sd1lite_a%2Fb'],
])('%s is cancelled at its own address', (jobId, path) => {
	const [dialect] = seedance.dialectsForJob({ jobId });
	expect(dialect!.cancel!.request({ jobId })).toEqual({ method: 'DELETE', path });
});

it('a batch is sent under one key, with each video as it would be sent alone, and one address for all', () => {
	const requests: MediaRequest[] = [
		{ model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A lamp', duration: 4, audio: false },
		{
			model: 'seedance-1.0-pro',
			mode: 'imageToVideo',
			prompt: 'A vase',
			imageUrl: 'https://shop.example/1.png',
			callbackUrl: 'https://n8n.example/webhook',
		},
	];
	const callbackUrl = 'https://n8n.example/webhook';
	expect(unified.batch!.request({ requests, callbackUrl, idempotencyKey: 'key-1' })).toEqual({
		method: 'POST',
		path: '/generate/batch',
		headers: { 'Idempotency-Key': 'key-1' },
		body: {
			tasks: [
				{
					type: 'text-to-video',
					model: 'seedance-2.0',
					prompt: 'A lamp',
					duration: 4,
					audio: false,
				},
				{
					type: 'image-to-video',
					model: 'seedance-1.0-pro',
					prompt: 'A vase',
					image_url: 'https://shop.example/1.png',
				},
			],
			webhook_url: callbackUrl,
		},
	});
});

describe('a refusal for want of credits', () => {
	const message = (error: object) => seedance.fault(402, { error }, 'submit').message;

	it('says how many are missing', () => {
		expect(message({ required_credits: 486, available_credits: 0 })).toBe(
			'Not enough credits: this video needs 486, the account has 0',
		);
	});

	it.each([{ required_credits: 486 }, { available_credits: 7 }, {}])(
		'says no number that it does not know: %p',
		(error) => {
			expect(message(error)).toBe('Not enough credits');
		},
	);
});
