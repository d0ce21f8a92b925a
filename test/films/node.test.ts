/** The node with items as they come: groups, failed jobs, clips that do not fit, files in memory. */
import type { Engine } from '../engine/harness/index.ts';
import { errorTextOf } from '../engine/world.ts';
import { asFile, makeClip, probe, removeFiles, type ClipOptions } from './ffmpeg.ts';
import { expectPictures, itemOf, openEngine, runJoin } from './joining.ts';

let engine: Engine;
let clip: Buffer;
beforeAll(async () => {
	engine = await openEngine();
	clip = await makeClip({ seconds: 0.5 });
});
afterAll(async () => {
	await engine.close();
	removeFiles();
});

const item = async (file: Buffer | undefined, json = {}) => await itemOf(engine, file, json);

it('one film for each group, paired with all its clips, in the order of the first ones', async () => {
	const input = [
		await item(clip, { jobId: 'a1', sku: 'A' }),
		await item(clip, { jobId: 'b1', sku: 7 }),
		await item(clip, { sku: 'A', jobId: null }),
	];
	const execution = await runJoin(engine, input, {
		groupBy: '={{ $json.sku }}',
		fileName: '={{ $json.sku }}',
		outputBinaryField: 'film',
	});
	expect(execution.error).toBeUndefined();
	const output = execution.output('Join');
	expect(output.map(({ json }) => json)).toMatchObject([
		{ clips: 2, group: 'A', jobIds: ['a1', null] },
		{ clips: 1, group: '7', jobIds: ['b1'] },
	]);
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
		[{ item: 0 }, { item: 2 }],
		[{ item: 1 }],
	]);
	expect(output.map(({ binary }) => binary?.film)).toMatchObject([
		{ fileName: 'A.mp4', mimeType: 'video/mp4' },
		{ fileName: '7.mp4', mimeType: 'video/mp4' },
	]);
	const bytes = await engine.readBinary(output[0]!.binary?.film);
	await expectPictures({ json: output[0]!.json, bytes }, [clip, clip]);
});

it('files in memory, as in n8n 1.x', async () => {
	const inMemory = {
		json: {},
		binary: { video: { data: clip.toString('base64'), mimeType: 'video/mp4' } },
	};
	const execution = await runJoin(engine, [inMemory, inMemory]);
	const [output] = execution.output('Join');
	const bytes = await engine.readBinary(output!.binary?.video);
	expect((await probe(bytes)).streams).toHaveLength(2);
	expect(output!.json.fileSizeBytes).toBe(bytes.length);
	expect(asFile(bytes)).toBeTruthy();
});

it('a failed job is an error that names it, and with Continue the other groups are joined', async () => {
	const input = [
		await item(clip, { jobId: 'a1', sku: 'A', status: 'completed' }),
		await item(undefined, { jobId: 'a2', sku: 'A', status: 'failed' }),
		await item(clip, { jobId: 'b1', sku: 'B', status: 'completed' }),
	];
	const parameters = { groupBy: '={{ $json.sku }}' };
	const stopped = await runJoin(engine, input, parameters);
	expect(errorTextOf(stopped.error)).toMatch(
		/no file in the binary field "video" of item 1 \(job a2\): its job is failed.*Filter/,
	);
	const continued = await runJoin(engine, input, parameters, { onError: 'continueRegularOutput' });
	const [first, second] = continued.output('Join');
	expect(first!.json.error).toMatch(/item 1 \(job a2\)/);
	expect(first!.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
	expect(second!.json).toMatchObject({ clips: 1, group: 'B' });
});

it('an item without a file asks for the download', async () => {
	const execution = await runJoin(engine, [await item(undefined, { status: 'completed' })]);
	expect(errorTextOf(execution.error)).toMatch(/of item 0.*Download Video/);
});

it.each([
	['the size is 160×90 in item 0 (job a), but 128×72 in item 1 (job b)', { size: '128x72' }],
	['the codec is H.264 (avc1) in item 0 (job a), but HEVC (hvc1) in', { codec: 'libx265' }],
	['the pixel format is 8-bit 4:2:0 in item 0', { pixelFormat: 'yuv420p10le' }],
	['the sample rate is 48000 Hz in item 0', { sound: { rate: 44_100 } }],
	['the number of channels is 2 in item 0', { sound: { channels: 1 } }],
] as Array<[string, ClipOptions]>)('refused: %s', async (message, options) => {
	const other = await makeClip({ seconds: 0.5, ...options });
	const input = [await item(clip, { jobId: 'a' }), await item(other, { jobId: 'b' })];
	const execution = await runJoin(engine, input);
	expect(execution.error?.message).toContain(message);
	expect(errorTextOf(execution.error)).toContain('same model, resolution and aspect ratio');
	expect(execution.output('Join')).toEqual([]);
});

it.each([
	['is not an MP4 file', () => Buffer.from('<html>The video has expired</html>')],
	['is incomplete', () => Buffer.alloc(0)],
	['is incomplete', () => clip.subarray(0, clip.length - 10)],
	['is incomplete', () => clip.subarray(0, 300)],
	['is not an MP4 file', () => clip.subarray(0, clip.readUInt32BE(0))],
	['has no picture', async () => await soundOnly()],
	['has a picture in a format that cannot be joined', async () => await oldCodec()],
	['is damaged', () => withCount('stsz', 12, 2 ** 32 - 1)],
	['is damaged', () => withCount('stts', 8, 2 ** 31)],
])('refused: the clip of item 1 (job b) %s', async (message, broken) => {
	const input = [await item(clip, { jobId: 'a' }), await item(await broken(), { jobId: 'b' })];
	const execution = await runJoin(engine, input);
	expect(execution.error?.message).toContain(`The clip of item 1 (job b) ${message}`);
});

const soundOnly = async () => await makeClip({ seconds: 0.3, file: ['-map', '1:a'] });
const oldCodec = async () => await makeClip({ seconds: 0.3, file: ['-c:v', 'mpeg4'] });

function withCount(type: string, after: number, count: number): Buffer {
	const bytes = Buffer.from(clip);
	bytes.writeUInt32BE(count, bytes.indexOf(type) + after);
	return bytes;
}
