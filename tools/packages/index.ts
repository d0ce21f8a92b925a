export { providers } from '../../nodes/Seedance/providers';
export { changelogOf } from './changelog.ts';
export { codexOf } from './codex.ts';
export { convertExample } from './examples.ts';
export { packages } from './list.ts';
export { manifestOf } from './manifest.ts';
export { readmeOf } from './readme.ts';
