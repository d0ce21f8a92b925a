import { readCommandLine, USAGE } from './cli.ts';
import { startSandbox } from './index.ts';

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
	console.log(
		`Sandbox ready at ${sandbox.apiBase} (key ${sandbox.apiKey}, webhook secret ${sandbox.webhookSecret}, media ${sandbox.mediaUrl}), ` +
			`Segmind at ${sandbox.segmindBase} (key ${sandbox.segmindKey}, uploads ${sandbox.segmindUploadBase}), ` +
			`seedanceapi.org at ${sandbox.seedanceOrgBase} (key ${sandbox.seedanceOrgKey})`,
	);
}

main().catch((thrown: unknown) => {
	console.error(thrown instanceof Error ? thrown.message : String(thrown));
	process.exitCode = 1;
});
