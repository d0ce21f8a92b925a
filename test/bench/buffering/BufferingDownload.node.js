/**
 * What comparable nodes do: each file whole in memory, then handed to n8n's store, one after the other. n8n loads it for the
 * memory bench alone (N8N_CUSTOM_EXTENSIONS).
 */
export class BufferingDownload {
	description = {
		displayName: 'Buffering Download',
		name: 'bufferingDownload',
		group: ['input'],
		version: 1,
		description: 'Downloads the file at url',
		defaults: { name: 'Buffering Download' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};

	async execute() {
		const output = [];
		for (const [item, { json }] of this.getInputData().entries()) {
			const bytes = await this.helpers.httpRequest({ url: json.url, encoding: 'arraybuffer' });
			const data = await this.helpers.prepareBinaryData(bytes, 'video.mp4', 'video/mp4');
			output.push({ json: {}, binary: { data }, pairedItem: { item } });
		}
		return [output];
	}
}
