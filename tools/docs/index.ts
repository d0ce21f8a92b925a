export { renderErrors } from './errors.ts';
export { withFaults } from '../../test/faults/table.ts';
export { withModels, withTables } from './readme.ts';
