import type { Access } from '../../core/access';

/**
 * 20 new jobs in 10 seconds, 10 status requests a second for each key, and more than 100 jobs at a time. [doc] The
 * figures here leave most of that to other programs. [us]
 */
export const access: Access = {
	credential: 'seedanceKieApi',
	hosts: { base: 'https://api.kie.ai', upload: 'https://kieai.redpandaai.co' },
	authentication: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 60, maxConcurrentJobs: 5 },
};
