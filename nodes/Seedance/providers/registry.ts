import type { Provider } from '../core/provider';
import { fal } from './fal';
import { kie } from './kie';
import { modelArk } from './modelArk';
import { openRouter } from './openRouter';
import { replicate } from './replicate';
import { seedance } from './seedance';
import { seedanceOrg } from './seedanceOrg';
import { segmind } from './segmind';
import { waveSpeed } from './waveSpeed';

/** The only list of providers. A package for one provider is built with that one alone. */
export const providers: readonly Provider[] = [
	seedance,
	segmind,
	seedanceOrg,
	modelArk,
	replicate,
	fal,
	waveSpeed,
	kie,
	openRouter,
];
