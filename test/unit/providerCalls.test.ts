/** Calls and answers that no run through a node shows to the cent and to the letter. */
import { providerById, providers } from '../../nodes/Seedance/providers';

const org = providerById('seedanceOrg');
const segmind = providerById('segmind');
const [segmindDialect] = segmind.dialectsForJob({ jobId: '' });

const dialects = providers.flatMap(({ id, dialects }) =>
	dialects.map((dialect) => [id, dialect] as const),
);
it.each(dialects)('a question to %s changes nothing there', (_, { status, result }) => {
	for (const endpoint of [status, result]) {
		expect(endpoint?.request({ jobId: '1' }).method ?? 'GET').toBe('GET');
	}
});

it('a provider that does not exist is named', () => {
	expect(() => providerById('nobody')).toThrow('There is no provider "nobody"');
});

describe("Segmind's single call for a video", () => {
	const { request, jobOf } = segmindDialect.sync!;

	it('is sent to v1 with the fields of the other one', () => {
		const video = {
			model: 'seedance-pro',
			mode: 'textToVideo',
			prompt: 'A lamp',
			seed: 7,
		} as const;
		expect(request({ request: video, idempotencyKey: 'key-1' })).toEqual({
			method: 'POST',
			path: '/v1/seedance-pro',
			body: { prompt: 'A lamp', seed: 7 },
		});
	});

	it.each([
		[{ 'x-request-id': 'r1', 'x-cost': '0.35' }, 'r1', 0.35],
		[{ 'x-request-id': '', 'x-cost': '-1' }, 'unknown', undefined],
		[{}, 'unknown', undefined],
	])('is a finished job by its headers: %p', (headers, jobId, costUsd) => {
		const job = { jobId, model: 'seedance-pro', status: 'completed', costUsd };
		expect(jobOf(headers)).toEqual(job);
	});
});

it("Segmind's video is given also where its price is not said", () => {
	const body = { status: 'COMPLETED', output: 'https://cdn.segmind.com/1.mp4' };
	expect(segmindDialect.result!.response(body, { jobId: 'r1' }, 200)).toMatchObject({
		jobId: 'r1',
		videoUrl: 'https://cdn.segmind.com/1.mp4',
	});
});

it.each([{ error: 'No' }, { error: { message: ' No ' } }, { detail: 'No' }])(
	"Segmind's reason is found: %p",
	(body) => {
		const message = 'Segmind did not accept the request: No';
		expect(segmind.fault(400, body, 'submit')).toEqual({ message });
	},
);

describe("SeedanceAPI.org's HTTP 200 with another code", () => {
	const statusOf = (body: unknown) => org.disguisedStatus!(body);

	it.each([200, '200', 'OK'])('is an answer, if an unreadable one, with the code %p', (code) => {
		expect(statusOf({ code, data: null })).toBeUndefined();
	});

	it('is an answer where its code is not one, whatever its text', () => {
		expect(statusOf({ message: 'INVALID_PROMPT' })).toBeUndefined();
	});

	it.each([
		[399, 500],
		[400, 400],
		[599, 599],
		[600, 500],
	])('is the error that HTTP has for it: %p is %p', (code, status) => {
		expect(statusOf({ code })).toBe(status);
	});
});

it('SeedanceAPI.org has a price for a request of which only the mode is known', () => {
	const { credits } = org.models[0]!.price;
	expect(credits!({})).toBe(28);
	expect(credits!({ audio: true, duration: 12, resolution: '480p' })).toBe(38);
	expect(credits!({ duration: 5 })).toBe(0);
});
