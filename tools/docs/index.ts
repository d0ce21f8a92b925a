export { renderErrors } from './errors.ts';
export { withFaults } from '../../test/faults/table.ts';
export { withTables } from './readme.ts';
