import type { Provider } from '../../core/provider';
import { access } from './access';
import { callback } from './callback';
import { credits, dialect } from './dialect';
import { disguisedStatus, fault } from './fault';
import { models } from './models';

export const kie: Provider = {
	...access,
	id: 'kie',
	name: 'kie.ai',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	credits,
	callback,
	downloadReason:
		'On by default: kie.ai says that its files are kept for 24 hours or 14 days, and users have lost some after 20 minutes.',
	disguisedStatus,
	fault,
};
