import type { Access } from '../../core/access';

/**
 * A new account (Bronze) may submit 5 videos a minute and run 3 at a time. [doc] The budget is for all requests, most of
 * which only ask; a 429 to a submit is waited out. [us]
 */
export const access: Access = {
	credential: 'seedanceWaveSpeedApi',
	hosts: { base: 'https://api.wavespeed.ai/api/v3' },
	authentication: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 60, maxConcurrentJobs: 3 },
};
