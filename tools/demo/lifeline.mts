// Detects that the process that started the demo is gone. npm passes a signal on to its script, but nobody passes on a
// SIGKILL. Without this, a demo whose npm was killed would run forever.
import { readFileSync } from 'node:fs';

/** Calls `callback` once, when this process's parent or one of the npm processes above it has ended. */
export function onParentsGone(callback: () => void): void {
	const parents = npmAncestors();
	const parent = process.ppid;
	const timer = setInterval(() => {
		if (process.ppid === parent && parents.every(isSame)) return;
		clearInterval(timer);
		callback();
	}, 1000);
	timer.unref();
}

interface Ancestor {
	pid: number;
	/** Distinguishes a process from a later one with the same process ID. */
	startTime: string;
}

/** The processes from the parent up to the topmost npm; empty if there is no /proc. */
function npmAncestors(): Ancestor[] {
	const found: Array<Ancestor & { isNpm: boolean }> = [];
	for (let pid = process.ppid; pid > 1; ) {
		const stat = readStat(pid);
		if (!stat) break;
		found.push({ pid, startTime: stat.startTime, isNpm: stat.name.startsWith('npm') });
		pid = stat.parent;
	}
	return found.slice(0, found.findLastIndex(({ isNpm }) => isNpm) + 1);
}

const isSame = ({ pid, startTime }: Ancestor): boolean => readStat(pid)?.startTime === startTime;

function readStat(pid: number) {
	try {
		// pid (name, which may hold blanks and brackets) state parent …
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const end = text.lastIndexOf(')');
		const fields = text.slice(end + 2).split(' ');
		return {
			name: text.slice(text.indexOf('(') + 1, end),
			parent: Number(fields[1]),
			startTime: fields[19] ?? '',
		};
	} catch {
		return undefined;
	}
}
