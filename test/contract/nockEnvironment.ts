import { TestEnvironment } from 'jest-environment-node';
import nock from 'nock';

/**
 * Nock is an ES module, which jest loads only under an experimental flag of Node. A test environment is loaded by Node
 * itself, so it can bring Nock in; `nock.ts` hands it to the tests.
 */
export default class NockEnvironment extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		if (!nock.isActive()) nock.activate();
		this.global.nock = nock;
		this.global.ErrorOfNode = Error;
	}

	/** Nock works on the process, where other test files follow this one when jest has a single worker. */
	override async teardown(): Promise<void> {
		nock.cleanAll();
		nock.enableNetConnect();
		nock.restore();
		await super.teardown();
	}
}
