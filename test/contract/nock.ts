import nock from 'nock';

// Nock works on the process, in which other test files follow: it intercepts during this file only.
beforeAll(() => {
	if (!nock.isActive()) nock.activate();
});
afterAll(() => {
	nock.cleanAll();
	nock.enableNetConnect();
	nock.restore();
});

export { nock };

/** A connection that breaks with one of Node's codes. */
export const brokenConnection = (code: string, message: string): Error =>
	Object.assign(new Error(message), { code });
