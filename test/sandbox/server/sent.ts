import type { FastifyRequest } from 'fastify';
import { sha256 } from '../core/digest.ts';
import { IMAGE_LIMITS } from '../decisions.ts';
import type { Form, FormFile } from '../dialects/dialect.ts';
import { readable } from './record.ts';

/** The complete body of a request. */
export interface Sent {
	raw: Buffer;
	form?: Form;
	bytes: number;
	/** The text in which a fault's `match` is searched. For a form: its texts and file names. */
	text: string;
	/** The body for the ledger. */
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

/**
 * One byte more than the maximum size of an image is kept of each file, which is enough to detect that it is too long.
 */
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

/** For a chunked form, whose length is not declared. */
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
