// Runs one command, and kills it and all its child processes as soon as the parent is gone, for whatever reason. A
// SIGKILL of the parent leaves nobody to clean up, but it closes this process's stdin. Started by startProcess() as the
// leader of its own process group.
import { spawn } from 'node:child_process';

const [command, ...args] = process.argv.slice(2);
if (!command) throw new Error('leash: no command given');

// A signal to the group reaches the command as well. This process stays until the command has ended, to report its exit
// code.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));

// Process 0 means "everyone in my group".
process.stdin.on('close', () => process.kill(0, 'SIGKILL')).on('error', () => undefined);
process.stdin.resume();
