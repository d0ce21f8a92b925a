/** Short words for the tests of one provider. */
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import {
	chain,
	credentialsOf,
	generate,
	node,
	openWorld,
	start,
	type World,
	type WorldOptions,
} from './world.ts';

/** What Generate Video makes in these tests, unless they say something else. */
interface Video extends IDataObject {
	model: string;
	duration: number;
}

/**
 * The nodes, the workflow and the books of one provider.
 *
 * @param world the world of the current test
 * @param waitOptions the options of the node that waits for its video
 */
export function providerWorld(
	provider: string,
	world: () => World,
	video: Video = { model: 'seedance-2.0', duration: 4 },
	waitOptions: IDataObject = { timeoutMinutes: 2 },
) {
	const ledger = () => world().sandbox.ledger;
	return {
		returned: (parameters: IDataObject = {}) =>
			generate({ provider, ...video, afterSubmit: 'return', ...parameters }),
		waited: (parameters: IDataObject = {}) =>
			generate({ provider, ...video, options: waitOptions, ...parameters }),
		check: (parameters: IDataObject = {}) =>
			node('Check', 'seedanceCheckStatus', { provider, ...parameters }),
		/** Runs the nodes one behind the other, with right credentials. */
		run: (input: INodeExecutionData[], ...nodes: INode[]) =>
			world().engine.run(chain(start, ...nodes), { input, credentials: credentialsOf(world()) }),
		/** The requests of this kind that the sandbox has received, from any provider. */
		requestsOf: (kind: string) => ledger().requests.filter((request) => request.kind === kind),
		account: () => world().sandbox.account(provider),
	};
}

/** A world in which jobs go on only when the test says so. */
export const openStill = (options: WorldOptions = {}): Promise<World> =>
	openWorld({ speed: 0.01, ...options });
