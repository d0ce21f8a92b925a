import type { DialectContract } from '../dialect.ts';
import { modelArk } from './modelArk.ts';
import { modelArkImages } from './modelArkImages.ts';
import { openRouter } from './openRouter.ts';
import { replicate } from './replicate.ts';
import { fal } from './fal.ts';
import { seedanceImages } from './seedanceImages.ts';
import { seedanceLite } from './seedanceLite.ts';
import { seedanceOrg } from './seedanceOrg.ts';
import { seedancePro } from './seedancePro.ts';
import { seedanceUnified } from './seedanceUnified.ts';
import { segmind } from './segmind.ts';

/** Every dialect, one row each. */
export const contracts: DialectContract[] = [
	seedanceUnified,
	seedancePro,
	seedanceLite,
	seedanceImages,
	segmind,
	seedanceOrg,
	modelArk,
	modelArkImages,
	replicate,
	fal,
	openRouter,
];
