import type { Access } from '../../core/access';

export const access: Access = {
	credential: 'segmindApi',
	hosts: { base: 'https://api.segmind.com', upload: 'https://workflows-api.segmind.com' },
	authentication: (apiKey) => ({ 'x-api-key': apiKey }),
	limits: { requestsPerMinute: 60, maxConcurrentJobs: 5 },
};
