import type { Access } from '../../core/access';

/**
 * A new account runs 2 jobs at a time, and further ones wait. [doc] The older FAQ allows 10 requests a second; half of
 * that is left to other programs. [us]
 */
export const access: Access = {
	credential: 'seedanceFalApi',
	hosts: {
		queue: 'https://queue.fal.run',
		api: 'https://api.fal.ai/v1',
		storage: 'https://rest.fal.ai',
	},
	// Older documents give this address for the keys of callbacks. [pub]
	aliases: { formerStorage: { of: 'storage', address: 'https://rest.alpha.fal.ai' } },
	authentication: (apiKey) => ({ authorization: `Key ${apiKey}` }),
	limits: { requestsPerMinute: 300, maxConcurrentJobs: 2 },
};
