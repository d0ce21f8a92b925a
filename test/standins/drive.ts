// Stands in for the Google Drive API, as far as n8n's Google Drive node uploads a file: in one request, or in pieces.
import { Refusal, hasBearer, openStandIn } from './standin.ts';
import type { Received, Reply, StandIn } from './standin.ts';

export interface Drive extends StandIn {
	/** As Google gives it after a login. */
	readonly accessToken: string;
	/** The bytes of the uploaded files, by name. */
	readonly files: ReadonlyMap<string, Buffer>;
}

/** Where uploads begin, and where the pieces of one go: at Google, as everything here. */
const UPLOAD = '/upload/drive/v3/files';
const HOST = 'https://www.googleapis.com';

interface Upload {
	name: string;
	bytes: Buffer;
}

export async function openDrive(): Promise<Drive> {
	const accessToken = 'ya29.of-the-drive-user';
	const uploads = new Map<string, Upload>();
	const begin = (name: string, bytes = Buffer.alloc(0)): string => {
		const id = `file-${uploads.size + 1}`;
		uploads.set(id, { name, bytes });
		return id;
	};
	const nameIn = (metadata: unknown): string => (metadata as { name: string }).name;

	const post = ({ query, body, headers }: Received): Reply => {
		if (query['uploadType'] === 'resumable') {
			const id = begin(nameIn(body));
			return { headers: { location: `${HOST}/upload/sessions/${id}` } };
		}
		const [metadata, content] = partsOf(body as Buffer, headers['content-type'] ?? '');
		const id = begin(nameIn(JSON.parse(String(metadata))), content);
		return { body: { id } };
	};
	const put = ({ params, headers, body }: Received): Reply => {
		const id = params['id'] ?? '';
		const upload = uploads.get(id);
		if (!upload) throw new Refusal(404, 'There is no such upload');
		const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
		const [from, to, all] = (range ?? []).slice(1).map(Number);
		const piece = body as Buffer;
		if (from !== upload.bytes.length || to !== from + piece.length - 1) {
			throw new Refusal(400, 'The pieces do not follow each other');
		}
		upload.bytes = Buffer.concat([upload.bytes, piece]);
		return upload.bytes.length === all ? { body: { id } } : { status: 308 };
	};
	const patch = ({ params }: Received): Reply => {
		const id = params['id'] ?? '';
		const upload = uploads.get(id);
		if (!upload) throw new Refusal(404, 'File not found');
		return { body: { kind: 'drive#file', id, name: upload.name, mimeType: 'video/mp4' } };
	};
	const standIn = await openStandIn({
		routes: [
			{ method: 'POST', url: UPLOAD, handle: post },
			// The address is a permission of its own.
			{ method: 'PUT', url: '/upload/sessions/:id', needsKey: false, handle: put },
			{ method: 'PATCH', url: '/drive/v3/files/:id', handle: patch },
		],
		hasKey: hasBearer(accessToken),
		errorBody: ({ status, message }) => ({ error: { code: status, message } }),
	});
	return {
		...standIn,
		accessToken,
		get files() {
			return new Map([...uploads.values()].map(({ name, bytes }) => [name, bytes]));
		},
	};
}

/** The bytes of each part of a multipart body. */
function partsOf(body: Buffer, contentType: string): Buffer[] {
	const [, boundary] = /boundary=(.+)$/.exec(contentType) ?? [];
	if (!boundary) throw new Refusal(400, 'The body must be multipart');
	const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
	return parts.map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, -2), 'latin1'));
}
