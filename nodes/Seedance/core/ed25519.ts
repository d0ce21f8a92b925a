import { createHash, createPublicKey, verify } from 'node:crypto';
import { isRecent, type SignatureScheme } from './signature';

/**
 * Ed25519 with a published key, over some headers and the SHA-256 of the body, one per line.
 *
 * @param names the signed headers in order, the header with the time in Unix seconds, and the header with the signature
 *   in hex
 */
export const ed25519 = (names: {
	signed: readonly string[];
	timestamp: string;
	signature: string;
}): SignatureScheme => ({
	headers: [...new Set([...names.signed, names.timestamp, names.signature])],
	isSigned(key, { rawBody, header }, nowMs) {
		const signature = header(names.signature) ?? '';
		if (!/^[0-9a-f]{128}$/i.test(signature)) return false;
		if (!isRecent(header(names.timestamp) ?? '', nowMs)) return false;
		const lines = [...names.signed.map(header), createHash('sha256').update(rawBody).digest('hex')];
		if (lines.includes(undefined)) return false;
		const publicKey = readPublicKey(key);
		const text = Buffer.from(lines.join('\n'));
		return publicKey !== undefined && verify(null, text, publicKey, Buffer.from(signature, 'hex'));
	},
});

/** @param x the key of a JSON Web Key, in base64url */
function readPublicKey(x: string) {
	try {
		return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
	} catch {
		return undefined;
	}
}
