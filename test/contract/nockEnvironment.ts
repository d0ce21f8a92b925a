import { TestEnvironment } from 'jest-environment-node';
import nock from 'nock';

/**
 * Nock is an ES module, which jest loads only under an experimental flag of Node. A test environment is loaded by Node
 * itself, so it can bring Nock in; `nock.ts` hands it to the tests.
 */
export default class NockEnvironment extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		this.global.nock = nock;
		this.global.ErrorOfNode = Error;
	}
}
