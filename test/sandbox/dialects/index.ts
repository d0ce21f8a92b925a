import type { Core } from '../core/core.ts';
import type { SandboxOptions } from '../types.ts';
import type { Dialect } from './dialect.ts';
import { lite } from './lite.ts';
import { pro } from './pro.ts';
import { seedanceOrg } from './seedanceOrg.ts';
import { segmind } from './segmind.ts';
import { unified } from './unified.ts';

/** All dialects. `DEFAULT_ACCOUNTS` defines the accounts that they use. */
export const dialectsOf = (core: Core, options: SandboxOptions): Dialect[] => [
	unified(core),
	pro(core),
	lite(core),
	segmind(core, options.segmindUploadField),
	seedanceOrg(core, options.orgErrorsInBody ?? false),
];
