/** The first bytes of a video, as far as the nodes look at them. */
export const MP4 = '\0\0\0 ftypisom';

/** n8n's `prepareBinaryData` for a video, in memory. */
export async function storeVideo(body: AsyncIterable<Buffer>) {
	const chunks: Buffer[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return { mimeType: 'video/mp4', data: Buffer.concat(chunks).toString('base64') };
}
