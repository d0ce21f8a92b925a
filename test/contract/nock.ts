import type nock from 'nock';

/** Put here by the test environment of the file (see `nockEnvironment.ts`). */
const { nock: loaded, ErrorOfNode } = globalThis as unknown as {
	nock: typeof nock;
	/** Jest gives tests an `Error` of their own, which Nock does not take for one. */
	ErrorOfNode: typeof Error;
};

export { loaded as nock };

/** A connection that breaks with one of Node's codes. */
export const brokenConnection = (code: string, message: string): Error =>
	Object.assign(new ErrorOfNode(message), { code });
