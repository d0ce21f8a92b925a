import type { Provider } from '../../core/provider';
import { anyJobId, readOrName } from '../../core/replies';
import { z } from '../../core/zod';
import { access } from './access';
import { fault } from './fault';
import { images } from './images';
import { models } from './models';
import { readTask, task } from './task';
import { videos } from './videos';

const named = z.object({ id: anyJobId });

/** ByteDance's own API: BytePlus ModelArk, and Volcengine Ark in China. */
export const modelArk: Provider = {
	...access,
	id: 'modelArk',
	name: 'BytePlus ModelArk',
	models,
	dialects: [videos, images],
	dialectForRequest: ({ model }) =>
		models.find(({ id }) => id === model)?.makes === 'image' ? images : videos,
	dialectsForJob: () => [videos],
	// Unsigned, on every change of state, with the body of the status call. [doc]
	callback: {
		jobsIn: (body) => {
			const jobId = named.safeParse(body).data?.id;
			return jobId === undefined ? [] : [readOrName(jobId, () => readTask(task.parse(body)))];
		},
	},
	fault,
};
