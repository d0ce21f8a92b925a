// The command line of npm run soak.
import { parseArgs } from 'node:util';
import { Problem } from '../n8n/problem.ts';

export interface Options {
	/** Of load. */
	minutes: number;
	/** Executions a second. */
	rate: number;
	/** Only n8n's own nodes. */
	control: boolean;
	/** Heap snapshots before and after. */
	snapshots: boolean;
	help: boolean;
}

export const USAGE = `Usage: npm run soak [-- options]

Mixed load on one n8n: all nodes, all providers, and faults. The exit code is 0 only when memory does not grow, nothing
stays open, and every job was made, paid and delivered once. Ctrl-C ends the load early and reports; a second one ends
at once.

  --minutes N   of load: 30 when left out; starting, and the quiet before and after, take about 3 more
  --rate N      executions a second: 1 when left out
  --control     only n8n's own nodes, to compare the memory with
  --snapshots   writes heap snapshots, before and after, into .cache/soak
  --help        this text`;

/** @throws Problem where the command line is wrong */
export function readOptions(args: string[]): Options {
	try {
		const { values } = parseArgs({
			args,
			options: {
				minutes: { type: 'string', default: '30' },
				rate: { type: 'string', default: '1' },
				control: { type: 'boolean', default: false },
				snapshots: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		});
		const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
		if (!(minutes > 0 && rate > 0)) throw new Error('--minutes and --rate are numbers above 0');
		return { ...values, minutes, rate };
	} catch (error) {
		throw new Problem(`${(error as Error).message}\n\n${USAGE}`);
	}
}
