import type { DialectContract } from '../dialect.ts';
import { kie } from './kie.ts';
import { modelArk } from './modelArk.ts';
import { modelArkImages } from './modelArkImages.ts';
import { openRouter } from './openRouter.ts';
import { replicate } from './replicate.ts';
import { fal } from './fal.ts';
import { seedanceImages } from './seedanceImages.ts';
import { seedanceLite } from './seedanceLite.ts';
import { seedanceOrg } from './seedanceOrg.ts';
import { seedanceOrg2 } from './seedanceOrg2.ts';
import { seedancePro } from './seedancePro.ts';
import { seedanceUnified } from './seedanceUnified.ts';
import { segmind } from './segmind.ts';
import { waveSpeed } from './waveSpeed.ts';

/** Every dialect, one row each. */
export const contracts: DialectContract[] = [
	seedanceUnified,
	seedancePro,
	seedanceLite,
	seedanceImages,
	segmind,
	seedanceOrg,
	seedanceOrg2,
	modelArk,
	modelArkImages,
	replicate,
	fal,
	waveSpeed,
	kie,
	openRouter,
];
