// What n8n's process takes: memory, open files and sockets, timers.
import { readdirSync, readlinkSync } from 'node:fs';
import { rssOf } from '../bench/processUse.ts';
import { countsOf } from './inspector.ts';
import type { Inside, Inspector } from './inspector.ts';
import { slopeOf } from './slope.ts';
import type { Slope } from './slope.ts';

const HOUR_MS = 3_600_000;

export interface Vitals extends Inside {
	/** Milliseconds of a clock that is never set. */
	at: number;
	/** Bytes of resident memory. */
	rss: number;
	/** Open file descriptors by kind: sockets, files, pipes, others. */
	handles: Record<string, number>;
}

export async function vitalsOf(pid: number, inspector: Inspector): Promise<Vitals> {
	const inside = await inspector.look();
	return { at: performance.now(), rss: rssOf(pid), handles: handlesOf(pid), ...inside };
}

/** Growth in bytes an hour. */
export const growthOf = (series: readonly Vitals[], what: 'heapUsed' | 'external' | 'rss'): Slope =>
	slopeOf(series.map((each) => ({ x: each.at / HOUR_MS, y: each[what] })));

function handlesOf(pid: number): Record<string, number> {
	const folder = `/proc/${pid}/fd`;
	return countsOf(readdirSync(folder).flatMap((fd) => kindOf(`${folder}/${fd}`) ?? []));
}

function kindOf(link: string): string | undefined {
	try {
		const target = readlinkSync(link);
		if (target.startsWith('/')) return 'files';
		const kind = target.slice(0, target.indexOf(':'));
		return kind === 'socket' || kind === 'pipe' ? `${kind}s` : 'others';
	} catch {
		return undefined; // closed meanwhile
	}
}
