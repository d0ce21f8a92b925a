import type { StandIn } from './dialect.ts';
import { modelArkStandIn } from './modelArk.ts';
import { openRouterStandIn } from './openRouter.ts';
import { replicateStandIn } from './replicate.ts';
import { falStandIn } from './fal.ts';
import { kieStandIn } from './kie.ts';
import { seedanceStandIn } from './seedanceIt.ts';
import { seedanceOrgStandIn } from './seedanceOrg.ts';
import { segmindStandIn } from './segmind.ts';
import { waveSpeedStandIn } from './waveSpeed.ts';

/** All providers. The first one is meant where a test names none. */
export const standIns: readonly StandIn[] = [
	seedanceStandIn,
	segmindStandIn,
	seedanceOrgStandIn,
	modelArkStandIn,
	replicateStandIn,
	falStandIn,
	waveSpeedStandIn,
	kieStandIn,
	openRouterStandIn,
];
