import type { Dialect, Provider } from '../../core/provider';
import { access } from './access';
import { appOf, appOfJob, APPS, endpointOf } from './endpoints';
import { fault } from './fault';
import { archive } from './history';
import { models } from './models';
import { queueOf } from './queue';
import { webhook } from './webhook';

/** One for each application. An ID alone does not tell which one has the job, so all of them are asked. */
const queues = new Map(APPS.map((app) => [app, queueOf(app)]));
const [first, ...others] = queues.values() as Iterable<Dialect> as [Dialect, ...Dialect[]];

/** An application that is newer than this package is in the job's reference, which any dialect uses. */
const queueFor = (app: string): Dialect => queues.get(app) ?? first;

/** fal.ai, which runs Seedance in a queue. */
export const fal: Provider = {
	...access,
	id: 'fal',
	name: 'fal',
	models,
	dialects: [first, ...others],
	dialectForRequest: (request) => queueFor(appOf(endpointOf(request))),
	dialectsForJob: (job) => {
		const app = appOfJob(job);
		return app === undefined ? [first, ...others] : [queueFor(app)];
	},
	archive,
	callback: webhook,
	fault,
};
