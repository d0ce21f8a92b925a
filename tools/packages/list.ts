/** A package for one provider. */
export interface PackageRow {
	name: string;
	/** The provider's id. */
	provider: string;
	/** The service, as its owner writes it. */
	service: string;
	/** What else people search for who have a key of it. */
	keywords: string[];
}

/** Every provider has one. */
export const packages: readonly PackageRow[] = [
	{
		name: 'n8n-nodes-seedance-modelark',
		provider: 'modelArk',
		service: 'BytePlus ModelArk',
		keywords: ['modelark', 'byteplus', 'bytedance', 'volcengine', 'seedream'],
	},
	{
		name: 'n8n-nodes-seedance-fal',
		provider: 'fal',
		service: 'fal',
		keywords: ['fal', 'fal-ai'],
	},
	{
		name: 'n8n-nodes-seedance-replicate',
		provider: 'replicate',
		service: 'Replicate',
		keywords: ['replicate'],
	},
	{
		name: 'n8n-nodes-seedance-kie',
		provider: 'kie',
		service: 'kie.ai',
		keywords: ['kie', 'kie-ai'],
	},
	{
		name: 'n8n-nodes-seedance-openrouter',
		provider: 'openRouter',
		service: 'OpenRouter',
		keywords: ['openrouter'],
	},
	{
		name: 'n8n-nodes-seedance-wavespeed',
		provider: 'waveSpeed',
		service: 'WaveSpeedAI',
		keywords: ['wavespeed', 'wavespeedai'],
	},
	{
		name: 'n8n-nodes-seedance-segmind',
		provider: 'segmind',
		service: 'Segmind',
		keywords: ['segmind'],
	},
	{
		name: 'n8n-nodes-seedanceapi-org',
		provider: 'seedanceOrg',
		service: 'SeedanceAPI.org',
		keywords: ['seedanceapi'],
	},
	{
		name: 'n8n-nodes-seedance-it',
		provider: 'seedance',
		service: 'seedance.it.com',
		keywords: ['seedream', 'text-to-image'],
	},
];
