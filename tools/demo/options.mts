import { parseArgs } from 'node:util';
import { Problem } from '../../test/n8n/problem.ts';

export interface DemoOptions {
	/** Whether to exit when the three videos are ready, instead of leaving n8n open. */
	once: boolean;
	help: boolean;
	/** Only if the user gave one. */
	port?: number;
}

export const USAGE = `Usage: npm run demo -- [options]

Starts a real n8n with the Seedance nodes, lets three new SKUs arrive and makes a video of each,
with a local stand-in for the provider: no account, no cost. Then n8n stays open until Ctrl-C.

  --once      end when the three videos are there (exit code 0) or are not (1)
  --port N    the port of n8n (default: 5678, or the next free one)
  --help      this text`;

export function readOptions(args: string[]): DemoOptions {
	const { once, help, port } = parse(args);
	const number = port === undefined ? undefined : Number(port);
	if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65535)) {
		throw new Problem(`--port must be a whole number from 1 to 65535, not "${port}".`);
	}
	return { once, help, port: number };
}

function parse(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				once: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
				port: { type: 'string' },
			},
		}).values;
	} catch (error) {
		throw new Problem(`${(error as Error).message}\n\n${USAGE}`);
	}
}
