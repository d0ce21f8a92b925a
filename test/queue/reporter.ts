import { reporterOf } from '../e2e/reporter.ts';

export default reporterOf('queue');
