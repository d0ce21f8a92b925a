import type { Access } from '../../core/access';

export const access: Access = {
	credential: 'seedanceApi',
	hosts: { base: 'https://api.seedance.it.com/v1' },
	authentication: (apiKey) => ({ Authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 60, maxConcurrentJobs: 5 },
};
