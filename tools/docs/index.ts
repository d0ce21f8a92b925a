export { renderErrors } from './errors.ts';
export { withFaults } from '../faults/table.ts';
export { withTables } from './readme.ts';
