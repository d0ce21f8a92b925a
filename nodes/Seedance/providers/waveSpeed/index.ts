import type { Balance, Endpoint, Provider } from '../../core/provider';
import { anyJobId, readOrName } from '../../core/replies';
import { hexWebhooks } from '../../core/signature';
import { z } from '../../core/zod';
import { access } from './access';
import { dialect } from './dialect';
import { disguisedStatus, fault } from './fault';
import { models } from './models';
import { contentOf, prediction, readPrediction } from './prediction';

const named = z.object({ id: anyJobId });
const secret = z.object({ secret: z.string().min(1) });
const balance = z.object({ balance: z.number() });

/** In US dollars. [doc] */
const credits: Endpoint<void, Balance> = {
	request: () => ({ method: 'GET', path: '/balance' }),
	response: (body) => ({
		credits: balance.parse(contentOf(body)).balance,
		currency: 'usd',
		tier: null,
	}),
};

export const waveSpeed: Provider = {
	...access,
	id: 'waveSpeed',
	name: 'WaveSpeedAI',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	credits,
	callback: {
		signatures: [
			{
				...hexWebhooks('v3'),
				// One secret for each account, which its key can read. [doc]
				keys: {
					request: () => ({ method: 'GET', path: '/webhook/secret' }),
					response: (body) => [secret.parse(contentOf(body)).secret],
				},
			},
		],
		// The body is the content of the status reply, without its envelope. [doc]
		jobsIn: (body) => {
			const content = contentOf(body);
			const jobId = named.safeParse(content).data?.id;
			if (jobId === undefined) return [];
			return [readOrName(jobId, () => readPrediction(prediction.parse(content)))];
		},
	},
	disguisedStatus,
	fault,
};
