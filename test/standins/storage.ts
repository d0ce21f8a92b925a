// Stands in for a storage that takes files by PUT, as S3 and its relatives do.
import { openStandIn, Refusal } from './standin.ts';
import type { Received, StandIn } from './standin.ts';

export interface Storage extends StandIn {
	/** What was stored, by path, names decoded. */
	readonly files: ReadonlyMap<string, Buffer>;
	/** Refuses so many of the next files, as a storage in trouble does. */
	refuseNext(count: number): void;
}

/** @param key what the header `AccessKey` must carry */
export async function openStorage(key: string): Promise<Storage> {
	const files = new Map<string, Buffer>();
	let refusals = 0;
	const put = ({ path, headers, body }: Received) => {
		if (!headers['content-length']) throw new Refusal(411, 'MissingContentLength');
		if (headers['content-type'] !== 'video/mp4') throw new Refusal(400, 'Not a video');
		if (refusals > 0) {
			refusals -= 1;
			throw new Refusal(503, 'Slow down');
		}
		files.set(decodeURIComponent(path), body as Buffer);
		return {};
	};
	const standIn = await openStandIn({
		routes: [{ method: 'PUT', url: '/*', handle: put }],
		hasKey: ({ headers }) => headers['accesskey'] === key,
		errorBody: ({ message }) => ({ message }),
	});
	return { ...standIn, files, refuseNext: (count) => (refusals = count) };
}
