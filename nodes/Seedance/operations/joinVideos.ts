import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../core/fault';
import { copyFilm } from '../films/copyFilm';
import { clipFault, planFilm, type Film } from '../films/film';
import type { NamedClip } from '../films/fit';
import { readClip } from '../films/readClip';
import { fileOf, openBinaryFile, storeBinaryFile } from '../runtime/items/binaryFile';
import { errorJson, errorOf } from '../runtime/items/errors';
import { textOf } from '../runtime/items/options';
import { readParameter } from '../runtime/items/output';
import { continuesOnFault } from '../runtime/items/toolCall';

const MIME_TYPE = 'video/mp4';
const FILE_NAME = 'film.mp4';

/** The items whose clips become one film. */
interface Group {
	/** What the user has named them by; empty if all items are one group. */
	name: string;
	/** In the order of the input. */
	itemIndexes: number[];
}

/** A fault, and the item that it is about. */
type GroupFault = ReturnType<typeof failure> & { itemIndex: number };
type GroupOutcome<T> = Extract<Outcome<T>, { ok: true }> | GroupFault;

/** Join Videos: one item for each group, in the order of their first clips. */
export async function joinVideos(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const groups = groupsOf(ctx);
	if (!groups.ok) throw errorOf(ctx, groups.itemIndex, groups, []);
	const output: INodeExecutionData[] = [];
	for (const group of groups.value) {
		const film = await joinGroup(ctx, group);
		if (!film.ok && !continuesOnFault(ctx)) throw errorOf(ctx, film.itemIndex, film, []);
		const pairedItem = group.itemIndexes.map((item) => ({ item }));
		output.push({ ...(film.ok ? film.value : { json: errorJson(ctx, film) }), pairedItem });
	}
	return output;
}

function groupsOf(ctx: IExecuteFunctions): GroupOutcome<Group[]> {
	const groups = new Map<string, Group>();
	for (const itemIndex of ctx.getInputData().keys()) {
		const read = readParameter(ctx, 'groupBy', itemIndex);
		if (!read.ok) return { ...read, itemIndex };
		const name = textOf(read.value);
		const group = groups.get(name) ?? { name, itemIndexes: [] };
		group.itemIndexes.push(itemIndex);
		groups.set(name, group);
	}
	return success([...groups.values()]);
}

async function joinGroup(
	ctx: IExecuteFunctions,
	{ name, itemIndexes }: Group,
): Promise<GroupOutcome<INodeExecutionData>> {
	const [itemIndex = 0] = itemIndexes;
	const files: IBinaryData[] = [];
	const clips: NamedClip[] = [];
	for (const each of itemIndexes) {
		const read = await readItem(ctx, each);
		if (!read.ok) return { ...read, itemIndex: each };
		files.push(read.value.file);
		clips.push({ clip: read.value.clip, name: read.value.name });
	}
	const film = planFilm(clips);
	if (!film.ok) return { ...film, itemIndex };
	const stored = await store(ctx, film.value, files, itemIndex);
	if (!stored.ok) return { ...stored, itemIndex };
	const { durationSeconds, width, height, hasAudio, fileSize } = film.value;
	return success({
		json: {
			clips: clips.length,
			jobIds: itemIndexes.map((each) => jobIdOf(ctx, each)),
			group: name === '' ? null : name,
			durationSeconds: Math.round(durationSeconds * 1000) / 1000,
			width,
			height,
			hasAudio,
			fileSizeBytes: fileSize,
		},
		binary: stored.value,
	});
}

function jobIdOf(ctx: IExecuteFunctions, itemIndex: number): string | null {
	const jobId = ctx.getInputData()[itemIndex]?.json.jobId;
	return typeof jobId === 'string' ? jobId : null;
}

type ReadItem = NamedClip & { file: IBinaryData };

async function readItem(ctx: IExecuteFunctions, itemIndex: number): Promise<Outcome<ReadItem>> {
	const field = readParameter(ctx, 'binaryField', itemIndex);
	if (!field.ok) return field;
	const jobId = jobIdOf(ctx, itemIndex);
	const name = `item ${itemIndex}${jobId === null ? '' : ` (job ${jobId})`}`;
	const file = fileOf(ctx, itemIndex, textOf(field.value));
	if (!file) return noFile(ctx, itemIndex, name, textOf(field.value));
	try {
		const clip = await readClip(await openBinaryFile(ctx, file));
		return clip.ok ? success({ clip: clip.value, name, file }) : clipFault(name, clip);
	} catch (error) {
		return clipFault(name, failure(inputFault(`cannot be read: ${messageOf(error)}`)));
	}
}

/** A film without one of its shots is not what the user wants, so nothing is left out silently. */
function noFile(ctx: IExecuteFunctions, itemIndex: number, name: string, field: string) {
	const { status } = ctx.getInputData()[itemIndex]?.json ?? {};
	const message = `There is no file in the binary field "${field}" of ${name}`;
	if (typeof status !== 'string' || status === 'completed') {
		const hint =
			'Turn on "Download Video" in the node that makes the clips, and check the name of the field.';
		return failure(inputFault(message, hint));
	}
	return failure(
		inputFault(
			`${message}: its job is ${status}`,
			'Make the clip again, or remove the item with a Filter node in front of this one.',
		),
	);
}

async function store(
	ctx: IExecuteFunctions,
	film: Film,
	files: readonly IBinaryData[],
	itemIndex: number,
): Promise<Outcome<Record<string, IBinaryData>>> {
	const field = readParameter(ctx, 'outputBinaryField', itemIndex);
	if (!field.ok) return field;
	const name = readParameter(ctx, 'fileName', itemIndex);
	if (!name.ok) return name;
	const given = textOf(name.value) || FILE_NAME;
	const fileName = /\.(mp4|m4v|mov)$/i.test(given) ? given : `${given}.mp4`;
	const bytes = untilStopped(
		ctx,
		copyFilm(film, async (clip) => await openBinaryFile(ctx, files[clip]!)),
	);
	try {
		const as = { fileName, mimeType: MIME_TYPE };
		const stored = await storeBinaryFile(ctx, bytes, files[0]!, as);
		return success({ [textOf(field.value) || 'video']: stored });
	} catch (error) {
		return failure(inputFault(`The film cannot be stored: ${messageOf(error)}`));
	}
}

async function* untilStopped(
	ctx: IExecuteFunctions,
	bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const signal = ctx.getExecutionCancelSignal();
	for await (const block of bytes) {
		if (signal?.aborted) throw new Error('The execution was stopped');
		yield block;
	}
}

const messageOf = (error: unknown): string =>
	error instanceof Error ? error.message : 'the reason is not known';
