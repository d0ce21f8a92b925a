import type { IHttpRequestOptions } from 'n8n-workflow';
import { failure, inputFault, success, type Fault, type Outcome } from '../../core/fault';
import type { ImageFile } from '../../core/request';
import { isLoopback, isSafeAddress } from './credential';
import { networkFault } from './networkFault';
import { bodyOf, type Caller, type Key } from './send';

/** How long the answer may take, in milliseconds. */
const TIMEOUT_MS = 120_000;

/**
 * Sends the bytes of a file to an address that the provider has named. The key is not sent, because the address comes
 * from a reply and may lead anywhere.
 */
export async function putFile(
	caller: Caller,
	{ provider, settings }: Pick<Key, 'provider' | 'settings'>,
	url: string,
	file: ImageFile,
): Promise<Outcome<true>> {
	if (!isAllowed(url, settings.baseUrl)) {
		return failure(
			inputFault(`${provider.name} gave an unsafe address for the file: it is not https`),
		);
	}
	const options: IHttpRequestOptions = {
		method: 'PUT',
		url,
		headers: { 'content-type': file.mimeType },
		body: bodyOf({ file }),
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	};
	try {
		const { statusCode } = (await caller.helpers.httpRequest(options)) as { statusCode: number };
		return statusCode >= 200 && statusCode < 300 ? success(true) : failure(refused(statusCode));
	} catch (error) {
		return failure({
			...networkFault({ name: 'The storage for the file' }, error),
			ambiguous: false,
		});
	}
}

/** An address on this machine is allowed only if the provider itself is on this machine, as in a test. */
function isAllowed(url: string, baseUrl: string): boolean {
	if (!isSafeAddress(url)) return false;
	return !isLoopback(new URL(url).hostname) || isLoopback(new URL(baseUrl).hostname);
}

const refused = (httpStatus: number): Fault => ({
	message: `The provider's storage did not accept the file (HTTP ${httpStatus})`,
	hint: 'Run the item again. If it fails again, enter the address of the image instead of using a file.',
	httpStatus,
	transient: httpStatus === 429 || httpStatus >= 500,
	ambiguous: false,
});
