import type { Access } from '../../core/access';

const INTERNATIONAL = { base: 'https://ark.ap-southeast.bytepluses.com/api/v3' };
const CHINA = { base: 'https://ark.cn-beijing.volces.com/api/v3' };

/** An account of a person may run 3 jobs and submit 180 a minute; a company's more. [doc] */
export const access: Access = {
	credential: 'seedanceModelArkApi',
	hosts: INTERNATIONAL,
	regions: [
		{ id: 'international', name: 'International (BytePlus)', hosts: INTERNATIONAL },
		{ id: 'china', name: 'China (Volcengine)', hosts: CHINA },
	],
	authentication: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
	limits: { requestsPerMinute: 180, maxConcurrentJobs: 3 },
};
