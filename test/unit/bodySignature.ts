import { hmacOfBody } from '../../nodes/Seedance/core/signature';

/** A callback that is signed with an HMAC of its body. */
export interface BodySigned {
	rawBody: Buffer;
	signature?: string | undefined;
	timestamp?: string | undefined;
}

const scheme = hmacOfBody({ signature: 'x-signature', timestamp: 'x-timestamp' });

export function verifySignature(
	secret: string,
	{ rawBody, signature, timestamp }: BodySigned,
	nowMs: number,
): boolean {
	const headers: Record<string, string | undefined> = {
		'x-signature': signature,
		'x-timestamp': timestamp,
	};
	return scheme.isSigned(secret, { rawBody, header: (name) => headers[name] }, nowMs);
}
