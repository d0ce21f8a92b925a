// The environment in which npm and pnpm run, and their failures in words for the user.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.ts';
import { Problem } from './problem.ts';

/** Our own environment (proxies, registry settings) without what `npm run` added about this package. */
export function npmEnv(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) =>
				!/^(npm_(package|lifecycle|command|execpath|node)|NODE_OPTIONS|INIT_CWD)/.test(name),
		),
	);
}

/** To optimise SQLite fully takes the compiler twice as long, and nobody who tries the nodes would notice it. */
const QUICK = { CFLAGS: '-O1', CXXFLAGS: '-O1' };

/**
 * If the package `node` contains Node's headers, native parts are built with those and nothing is downloaded. Otherwise
 * node-gyp finds headers by itself.
 */
export function nativeBuildEnv(): NodeJS.ProcessEnv {
	const name = `node-${process.platform}-${process.arch}`;
	const headers = [`node/node_modules/${name}`, name]
		.map((folder) => path.join(ROOT, 'node_modules', folder))
		.find((folder) => existsSync(path.join(folder, 'include', 'node', 'node.h')));
	return { ...QUICK, ...(headers ? { npm_config_nodedir: headers } : {}) };
}

const CAUSES: Array<[RegExp, string]> = [
	[/ENOSPC/, 'The disk is full: free about 2.5 GB and run the command again.'],
	[
		/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EIDLETIMEOUT/,
		'The npm registry could not be reached: check the network or proxy, then run the command again.',
	],
	[
		/EINTEGRITY|TARBALL_INTEGRITY/,
		'A download was damaged: run `npm cache verify`, delete the folder .cache/pnpm, then run the command again.',
	],
	[
		/E404|ETARGET|FETCH_404|NO_MATCHING_VERSION/,
		'The npm registry in use lacks a package of the lockfile: check which registry npm is set to.',
	],
	[
		/gyp ERR|not found: make|find Python/,
		'A native part could not be built: install python3, make and g++, then run the command again.',
	],
	[/EACCES|EPERM/, 'npm may not write there: check who owns the project folder and the npm cache.'],
];

/** @param command such as `npm pack` */
export function npmProblem(command: string, output: string): Problem {
	const hint = CAUSES.find(([pattern]) => pattern.test(output))?.[1];
	return new Problem(`${command} failed. ${hint ?? 'Its last lines:'}\n${lastLines(output)}`);
}

/** The end of what a program printed, without the lines of stack traces. */
export function lastLines(output: string, count = 15): string {
	const lines = output.split('\n').filter((line) => line.trim() && !/^\s+at /.test(line));
	return lines.slice(-count).join('\n');
}
