import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { z } from '../../core/zod';

/** What a credential of ours holds, checked. */
export interface Settings {
	apiKey: string;
	/** Without a slash at the end. */
	baseUrl: string;
	/** The same for uploads, where the provider has another address for them; empty where it has not. */
	uploadUrl: string;
	/** Empty: the provider's callbacks are not signed, or the user has not entered the secret. */
	webhookSecret: string;
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

const limit = (fallback: number) => z.coerce.number().int().min(1).catch(fallback);

const address = z
	.string()
	.trim()
	.transform((url) => url.replace(/\/+$/, ''));

const credentialData = z.object({
	apiKey: z.string().trim().min(1),
	baseUrl: address.refine((url) => url !== ''),
	uploadUrl: address.catch(''),
	webhookSecret: z.string().trim().catch(''),
	requestsPerMinute: limit(60),
	maxConcurrentJobs: limit(5),
});

export function readSettings(data: unknown): Outcome<Settings> {
	const settings = credentialData.safeParse(data);
	if (!settings.success) {
		const field = settings.error.issues[0]?.path[0] === 'baseUrl' ? 'Base URL' : 'API Key';
		return failure(
			inputFault(`The credential has no ${field}`, `Open the credential and fill in "${field}".`),
		);
	}
	const { baseUrl, uploadUrl } = settings.data;
	if (!isSafeBaseUrl(baseUrl) || (uploadUrl !== '' && !isSafeBaseUrl(uploadUrl))) {
		return failure(
			inputFault(
				'The Base URL in the credential is not safe for an API key',
				'It must start with https://. Plain http:// is accepted for this machine only (localhost, 127.0.0.1).',
			),
		);
	}
	return success(settings.data);
}

function isSafeBaseUrl(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

export function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
