import type { Access } from '../../core/access';

/** An account may submit 600 jobs a minute; without a card, 6. [doc] The number of concurrent jobs is ours. [us] */
export const access: Access = {
	credential: 'seedanceReplicateApi',
	hosts: { base: 'https://api.replicate.com/v1' },
	authentication: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 300, maxConcurrentJobs: 5 },
};
