import type { Provider } from '../../core/provider';
import { anyJobId, readOrName } from '../../core/replies';
import { standardWebhooks } from '../../core/signature';
import { z } from '../../core/zod';
import { access } from './access';
import { dialect } from './dialect';
import { fault } from './fault';
import { models } from './models';
import { prediction, readPrediction } from './prediction';

const named = z.object({ id: anyJobId });
const secret = z.object({ key: z.string().min(1) });

export const replicate: Provider = {
	...access,
	id: 'replicate',
	name: 'Replicate',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	callback: {
		signatures: [
			{
				...standardWebhooks,
				// One secret for each user or organisation, which may be cached. [doc]
				keys: {
					request: () => ({ method: 'GET', path: '/webhooks/default/secret' }),
					response: (body) => [secret.parse(body).key],
				},
			},
		],
		// The body is that of the status call. [doc]
		jobsIn: (body) => {
			const jobId = named.safeParse(body).data?.id;
			if (jobId === undefined) return [];
			return [readOrName(jobId, () => readPrediction(prediction.parse(body)))];
		},
	},
	fault,
};
