// npm run demo: from a new SKU to a finished video, in a real n8n, without an account and at no cost.
import path from 'node:path';
import { installN8n } from '../test/n8n/install.ts';
import { theTarball } from '../test/n8n/pack.ts';
import { CACHE, DEFAULT_VERSION } from '../test/n8n/paths.ts';
import { freePortFrom, isPortFree } from '../test/n8n/ports.ts';
import { Problem } from '../test/n8n/problem.ts';
import { stopAllProcesses } from '../test/n8n/process.ts';
import { openStage, OWNER } from '../test/n8n/stage.ts';
import type { OwnStage } from '../test/n8n/stage.ts';
import { onParentsGone } from './demo/lifeline.mts';
import { readOptions, USAGE } from './demo/options.mts';
import type { DemoOptions } from './demo/options.mts';
import { done, failed, mute, progress, say, title } from './demo/screen.mts';
import { PRODUCTS, Story } from './demo/story.mts';

const N8N_PORT = 5678;
/** A job of the sandbox takes 60 to 120 provider seconds. */
const SPEED = 10;

let stage: OwnStage | undefined;
let finished = false;

async function setUp(options: DemoOptions, story: Story): Promise<OwnStage> {
	title('Setting up');
	await installN8n(DEFAULT_VERSION, progress);
	done('n8n', `${DEFAULT_VERSION} is installed`);
	const packageTarball = await theTarball(progress);
	done('Package', `built and packed: ${path.basename(packageTarball)}`);

	const port = options.port ?? (await freePortFrom(N8N_PORT));
	if (port !== N8N_PORT && !options.port) done('Port', `${N8N_PORT} is taken, using ${port}`);
	const brokerPort = await freePortFrom(port + 1);
	return openStage({
		version: DEFAULT_VERSION,
		packageTarball,
		userFolder: path.join(CACHE, 'demo', String(port)), // another demo may be open
		port,
		brokerPort,
		sandbox: { speed: SPEED, onEvent: story.onProviderEvent },
		report: done,
		onWaiting: (seconds) => progress(`n8n is starting, ${seconds} s`),
	});
}

/** Returns the exit code. */
async function play(options: DemoOptions): Promise<number> {
	if (options.port && !(await isPortFree(options.port))) {
		throw new Problem(
			`Port ${options.port} is taken by another program. Choose another, or leave --port out.`,
		);
	}
	const story = new Story();
	stage = await setUp(options, story);
	title('Three new SKUs arrive');
	const problems = await story.play(stage);
	if (problems.length === 0) {
		title(`All ${PRODUCTS.length} videos are in demo-videos`);
		say(`  ${books(stage)}`);
		finished = true;
	} else {
		failed(
			`Not every video was made.\n  ${problems.join('\n  ')}\n  n8n's log: ${stage.n8n.logFile}`,
		);
	}
	if (options.once) return problems.length === 0 ? 0 : 1;
	const { port } = new URL(stage.n8n.url);
	say(`\n  n8n is open at  http://localhost:${port}/workflow/${stage.workflow.id}`);
	say(`  Log in as       ${OWNER.email}  with  ${OWNER.password}`);
	say(`  More videos     ${curl(stage)}`);
	say('\n  Ctrl-C stops everything.');
	await stage.n8n.process.exited;
	throw new Problem(`n8n has ended by itself. Its log: ${stage.n8n.logFile}`);
}

const curl = ({ n8n }: OwnStage): string =>
	`curl -H 'content-type: application/json' -d '{"sku":"A-1","title":"Red scarf"}' ${n8n.url}/webhook/new-sku`;

/** What the provider has noted: each SKU is paid for once, and the key stays with the API. */
function books({ sandbox }: OwnStage): string {
	const { jobsCharged, creditsCharged } = sandbox.account();
	const leaked = sandbox.ledger.keyReachedMediaHost;
	return `The provider charged ${jobsCharged} jobs, ${creditsCharged} credits; the API key ${leaked ? 'REACHED' : 'never reached'} the media host`;
}

/** Stops everything that was started, whatever state it is in. */
async function stopEverything(): Promise<void> {
	mute();
	await stopAllProcesses();
	await stage?.sandbox.close();
}

let stopping = false;

/** One Ctrl-C may cause several signals: from the terminal and from each npm process in between. */
async function interrupted(): Promise<void> {
	if (stopping) return;
	stopping = true;
	mute();
	say('\nStopping …');
	await stopEverything();
	say('Stopped. Nothing is left running.');
	process.exit(finished ? 0 : 130);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => void interrupted());
}
onParentsGone(() => void interrupted());
// The reader of our output may be gone. In that case, everything is stopped as well.
process.stdout.on('error', () => void interrupted());

try {
	const options = readOptions(process.argv.slice(2));
	if (options.help) say(USAGE);
	else process.exitCode = await play(options);
} catch (error) {
	if (!stopping) {
		process.exitCode = 1;
		failed(error instanceof Problem ? error.message : `Something unforeseen: ${String(error)}`);
	}
}
if (!stopping) {
	await stopEverything();
	process.exit();
}
