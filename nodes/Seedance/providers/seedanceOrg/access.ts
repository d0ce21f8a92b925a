import type { Access } from '../../core/access';

export const access: Access = {
	credential: 'seedanceOrgApi',
	hosts: { base: 'https://seedanceapi.org' },
	authentication: (apiKey) => ({ Authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 60, maxConcurrentJobs: 5 },
};
