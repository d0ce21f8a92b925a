import type { DialectContract } from '../dialect.ts';
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
	fal,
];
