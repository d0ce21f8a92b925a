import { readCommandLine, USAGE } from './cli.ts';
import { standIns, startSandbox } from './index.ts';

async function main(): Promise<void> {
	const options = readCommandLine(process.argv.slice(2));
	if (options === 'help') {
		console.log(USAGE);
		return;
	}
	const sandbox = await startSandbox(options);
	let closing = false;
	const stop = () => {
		if (closing) return;
		closing = true;
		void sandbox.close();
	};
	process.on('SIGINT', stop).on('SIGTERM', stop);
	const credentials = standIns.map(({ provider }) => {
		const fields = Object.entries(sandbox.credentialOf(provider));
		return `${provider} ${fields.map(([name, value]) => `${name}=${value}`).join(' ')}`;
	});
	console.log(
		`Sandbox ready at ${sandbox.apiBase}, media ${sandbox.mediaUrl}. Credentials: ${credentials.join('; ')}`,
	);
}

main().catch((thrown: unknown) => {
	console.error(thrown instanceof Error ? thrown.message : String(thrown));
	process.exitCode = 1;
});
