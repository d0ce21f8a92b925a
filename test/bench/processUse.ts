// Resident memory and processor time of a process, from Linux' /proc.
import { existsSync, readFileSync } from 'node:fs';
import { Problem } from '../n8n/problem.ts';
import type { RunningN8n } from '../n8n/server.ts';

const INTERVAL_MS = 100;

/** n8n itself: the child of the leash that it runs on. Its task runner is a process of its own and not meant. */
export function n8nPid({ process: { pid } }: RunningN8n): number {
	const file = `/proc/${pid}/task/${pid}/children`;
	if (!existsSync(file)) throw new Problem('This can only be measured on Linux.');
	const [child] = readFileSync(file, 'utf8').trim().split(' ');
	if (!child) throw new Error('n8n is not running');
	return Number(child);
}

/** Watches from its making until it is stopped. */
export class RssWatch {
	private readonly samples: number[] = [];
	private readonly timer: NodeJS.Timeout;

	constructor(pid: number) {
		const sample = () => this.samples.push(rssOf(pid));
		sample();
		this.timer = setInterval(sample, INTERVAL_MS);
	}

	/** @returns all samples, in bytes */
	stop(): number[] {
		clearInterval(this.timer);
		return this.samples;
	}
}

/** In bytes. */
export function rssOf(pid: number): number {
	const [, kilobytes] =
		/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	if (!kilobytes) throw new Error(`Process ${pid} has no resident memory`);
	return Number(kilobytes) * 1024;
}

/** Linux counts in hundredths of a second, whatever the processor. */
const TICK_MS = 10;

/** Milliseconds of processor time since its start, all threads together. */
export function cpuMsOf(pid: number): number {
	// pid (name, which may hold blanks and brackets) state … with utime and stime as the 14th and 15th.
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
