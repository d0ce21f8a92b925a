export { renderErrors } from './errors.ts';
export { withTables } from './readme.ts';
