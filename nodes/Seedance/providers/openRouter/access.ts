import type { Access } from '../../core/access';

/** Limits of an account for videos are not documented; these are ours. [us] */
export const access: Access = {
	credential: 'seedanceOpenRouterApi',
	hosts: { base: 'https://openrouter.ai/api/v1' },
	authentication: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 60, maxConcurrentJobs: 5 },
};
