import { failure, success, type Outcome } from '../../core/fault';
import type { Endpoint, Uploaded } from '../../core/provider';
import type { ImageFile } from '../../core/request';
import { retry, transient } from './retry';
import type { Session } from './session';

/**
 * Uploads a file, in one step or two. An upload never creates a job, so none of its faults is ambiguous.
 *
 * @param timeoutMs for all tries
 * @returns the address of the file
 */
export async function uploadFile(
	session: Session,
	endpoint: Endpoint<ImageFile, Uploaded>,
	file: ImageFile,
	timeoutMs: number,
): Promise<Outcome<string>> {
	const until = session.clock.now() + timeoutMs;
	const policy = transient(timeoutMs);
	const askForPlace = () => session.call('upload', endpoint, file, { until });
	const uploaded = await retry(askForPlace, policy, session);
	if (!uploaded.ok) return failure({ ...uploaded.fault, ambiguous: false });
	const { url, putTo } = uploaded.value;
	if (putTo === undefined) return success(url);
	const put = await retry(() => session.putFile(putTo, file), policy, session);
	return put.ok ? success(url) : put;
}
