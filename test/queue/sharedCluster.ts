// One cluster for several files of tests: starting one takes longer than most tests.
import { openCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { accountsFor, bothWays } from './play.ts';

/** The scenarios of all these files: each has an account at the provider. */
const NAMES = [
	...['many', 'main', 'door', 'answering', 'redis', 'deadline', 'resumed', 'wait-db'].flatMap(
		bothWays,
	),
	...['download', 'traces', 'submitting', 'polling', 'checking', 'graceful', 'overdue'],
	...['trigger-db', 'trigger-redis'],
];
/** Jobs take 4 s, unless they are said to take for ever. */
const SANDBOX = { speed: 10, jobSeconds: 40, accounts: accountsFor(NAMES) };

let opening: Promise<Cluster> | undefined;

/** Opens it when it is first asked for. */
export const theCluster = (): Promise<Cluster> => (opening ??= openCluster('shared', SANDBOX));

export async function closeCluster(): Promise<void> {
	const cluster = await opening?.catch(() => undefined);
	await cluster?.stop();
}
