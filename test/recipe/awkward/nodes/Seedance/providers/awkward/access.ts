import type { Access } from '../../core/access';

export const access: Access = {
	credential: 'awkwardApi',
	hosts: { base: 'https://jobs.awkward.example/v1', files: 'https://files.awkward.example/api' },
	authentication: (apiKey) => ({ 'x-awkward-key': apiKey }),
	limits: { requestsPerMinute: 120, maxConcurrentJobs: 2 },
};
