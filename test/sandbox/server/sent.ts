import type { FastifyRequest } from 'fastify';
import { sha256 } from '../core/digest.ts';
import { IMAGE_LIMITS } from '../decisions.ts';
import type { Form, FormFile } from '../dialects/dialect.ts';
import { readable } from './record.ts';

/** A request's body, read to its end. */
export interface Sent {
	raw: Buffer;
	form?: Form;
	bytes: number;
	/** What a fault's `match` is looked for in: of a form its texts and file names. */
	text: string;
	/** What goes into the books. */
	record: unknown;
}

export async function readSent(request: FastifyRequest): Promise<Sent> {
	if (!request.isMultipart()) {
		const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
		return { raw, bytes: raw.length, text: raw.toString('utf8'), record: readable(raw) };
	}
	const form = await readForm(request);
	const record = recordOf(form);
	const bytes = Number(request.headers['content-length'] ?? contentBytes(form));
	return { raw: Buffer.alloc(0), form, bytes, text: JSON.stringify(record), record };
}

/** Of each file one byte more than an image may have is kept: enough to see that it is too long. */
async function readForm(request: FastifyRequest): Promise<Form> {
	const form: Form = { texts: [], files: [] };
	try {
		const limits = { fileSize: IMAGE_LIMITS.mostBytes + 1, fields: 100, files: 10 };
		for await (const part of request.parts({ limits })) {
			if (part.type === 'field') form.texts.push([part.fieldname, String(part.value)]);
			else form.files.push(await readFile(part));
		}
	} catch (thrown) {
		form.broken = thrown instanceof Error ? thrown.message : String(thrown);
	}
	return form;
}

interface FilePart {
	fieldname: string;
	filename: string;
	mimetype: string;
	file: AsyncIterable<unknown> & { truncated: boolean };
}

async function readFile(part: FilePart): Promise<FormFile> {
	const chunks: Buffer[] = [];
	for await (const chunk of part.file) chunks.push(chunk as Buffer);
	return {
		field: part.fieldname,
		filename: part.filename,
		contentType: part.mimetype,
		bytes: Buffer.concat(chunks),
		tooLong: part.file.truncated,
	};
}

/** For a form that came in chunks, whose length nobody said. */
const contentBytes = ({ texts, files }: Form): number =>
	[...texts.map(([, text]) => Buffer.from(text)), ...files.map((file) => file.bytes)].reduce(
		(sum, { length }) => sum + length,
		0,
	);

const recordOf = ({ texts, files }: Form): Record<string, unknown> => ({
	...Object.fromEntries(texts),
	...Object.fromEntries(
		files.map(({ field, filename, contentType, bytes }) => [
			field,
			{ filename, contentType, bytes: bytes.length, sha256: sha256(bytes) },
		]),
	),
});
