/** Runs Join Videos in n8n's engine, and checks a film against its clips. */
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { SeedanceJoinVideos } from '../../nodes/Seedance/SeedanceJoinVideos.node';
import { NoOpNode, StartNode, startEngine, type Engine } from '../engine/harness/index.ts';
import { chain, node, start } from '../engine/world.ts';
import { beepsIn, CUE, flashesIn, framesOf, probe, secondsOf, type Frame } from './ffmpeg.ts';

export const openEngine = async (): Promise<Engine> =>
	await startEngine({
		nodeTypes: {
			'n8n-nodes-seedance.seedanceJoinVideos': SeedanceJoinVideos,
			'n8n-nodes-base.manualTrigger': StartNode,
			'n8n-nodes-base.noOp': NoOpNode,
		},
	});

/** An item of Generate Video with its file. */
export async function itemOf(
	engine: Engine,
	clip: Buffer | undefined,
	json: IDataObject = {},
): Promise<INodeExecutionData> {
	if (!clip) return { json };
	const video = await engine.writeBinary(clip, { fileName: 'clip.mp4', mimeType: 'video/mp4' });
	return { json, binary: { video } };
}

export async function runJoin(
	engine: Engine,
	input: INodeExecutionData[],
	parameters: IDataObject = {},
	more: Partial<INode> = {},
) {
	const join = node('Join', 'seedanceJoinVideos', parameters, more);
	return await engine.run(chain(start, join, node('After', 'n8n-nodes-base.noOp')), { input });
}

/** The film of these clips, in one group. */
export async function filmOf(engine: Engine, clips: readonly Buffer[]): Promise<Film> {
	const input = await Promise.all(
		clips.map(async (clip, nth) => await itemOf(engine, clip, { jobId: `job-${nth}` })),
	);
	const execution = await runJoin(engine, input);
	if (execution.error) throw new Error(execution.error.message);
	const [item] = execution.output('Join');
	return { json: item!.json, bytes: await engine.readBinary(item!.binary?.video) };
}

export interface Film {
	json: IDataObject;
	bytes: Buffer;
}

/** Every frame of every clip is in the film, at its time and undamaged, and nothing else; ffmpeg has no complaint. */
export async function expectPictures(film: Film, clips: readonly Buffer[]): Promise<void> {
	const expected: Frame[] = [];
	let start = 0;
	for (const clip of clips) {
		const frames = await framesOf(clip);
		const first = frames[0]?.at ?? 0;
		expected.push(...frames.map(({ at, hash }) => ({ at: start + at - first, hash })));
		start += await secondsOf(clip);
	}
	const frames = await framesOf(film.bytes);
	expect(frames.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
	const errors = frames.map(({ at }, nth) => Math.abs(at - (expected[nth]?.at ?? NaN)));
	expect(Math.max(...errors)).toBeLessThan(0.001);
	const { format, streams } = await probe(film.bytes);
	const packets = streams.find(({ codec_type: type }) => type === 'video')?.nb_read_packets;
	expect(Number(packets)).toBe(expected.length);
	expect(Number(format.duration)).toBeCloseTo(start, 2);
	expect(film.json.durationSeconds).toBeCloseTo(start, 2);
	expect(film.json.fileSizeBytes).toBe(film.bytes.length);
}

/** Half a packet of AAC at 44.1 kHz, and half a millisecond for the beep to become loud. */
const MOST_SHIFT = 512 / 44_100 + 0.0005;

/**
 * Each clip's beep is heard at its time, in every clip of the film.
 *
 * @param silent the clips without sound
 */
export async function expectInStep(
	film: Film,
	clips: readonly Buffer[],
	silent: readonly number[] = [],
): Promise<void> {
	const beeps: number[] = [];
	const flashes: number[] = [];
	let start = 0;
	for (const [nth, clip] of clips.entries()) {
		const [[first], [flash]] = [await framesOf(clip), await flashesIn(clip)];
		flashes.push(start + (flash ?? NaN) - (first?.at ?? NaN));
		if (!silent.includes(nth)) beeps.push(start + CUE);
		start += await secondsOf(clip);
	}
	expectClose(await flashesIn(film.bytes), flashes, 0.001);
	expectClose(await beepsIn(film.bytes), beeps, MOST_SHIFT);
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number) {
	expect(found).toHaveLength(expected.length);
	const errors = found.map((value, nth) => Math.abs(value - (expected[nth] ?? NaN)));
	expect(Math.max(0, ...errors)).toBeLessThanOrEqual(tolerance);
}
