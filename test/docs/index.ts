export { renderErrors } from './errors.ts';
export { withModels } from './models.ts';
