import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { readCommandLine } from '../cli.ts';

/** The command line, as a process of its own: Node runs the TypeScript as it is. */

function run(...options: string[]) {
	const child = spawn(process.execPath, ['test/sandbox/main.ts', ...options]);
	const errors: string[] = [];
	child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const exit = once(child, 'close').then(([code]) => ({
		code: code as number,
		said: errors.join(''),
	}));
	return { child, exit, nextLine: async () => (await lines.next()).value as string };
}

test('says where it is and its key, prints events, and goes when told to', async () => {
	const { child, exit, nextLine } = run('--port', '0', '--credits', '1000', '--json-events');
	const ready = await nextLine();
	const [, base = ''] = /(http:\S+\/v1),/.exec(ready) ?? [];
	for (const part of [
		'sandbox-key-not-a-real-one',
		'/segmind ',
		'/segmind-upload;',
		'/seedanceorg',
	])
		expect(ready).toContain(part);
	const headers = {
		authorization: 'Bearer sandbox-key-not-a-real-one',
		'content-type': 'application/json',
	};
	const credits = await fetch(`${base}/account/credits`, { headers });
	expect(await credits.json()).toEqual({ credits: 1000, tier: 'popular' });
	const body = JSON.stringify({ model: 'seedance-2.0', prompt: 'A lamp' });
	await fetch(`${base}/generate/text-to-video`, { method: 'POST', headers, body });
	expect(JSON.parse(await nextLine())).toMatchObject({ seq: 1, type: 'submitted' });
	child.kill('SIGTERM');
	expect(await exit).toEqual({ code: 0, said: '' });
});

test('a taken port is one clear sentence and exit code 1', async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port } = other.address() as AddressInfo;
	const { code, said } = await run('--port', String(port)).exit;
	other.close();
	expect(code).toBe(1);
	expect(said.trim()).toBe(
		`Port ${port} on 127.0.0.1 is already taken: choose another or stop its owner`,
	);
});

test('a bad option is one clear sentence and exit code 1', async () => {
	const { code, said } = await run('--prot', '1').exit;
	expect([code, said]).toEqual([1, expect.stringMatching(/^Unknown option '--prot'.*\n$/)]);
});

test.each([
	[['--port', 'abc'], '--port must be a whole number 0 to 65535, not "abc"'],
	[['--port', '70000'], '--port must be a whole number 0 to 65535, not "70000"'],
	[['--port', '1.5'], '--port must be a whole number 0 to 65535, not "1.5"'],
	[['--speed', '0'], '--speed must be a number from 0.001, not "0"'],
	[['--credits', ''], '--credits must be a whole number from 0, not ""'],
	[['--requests-per-minute', '0'], '--requests-per-minute must be a whole number from 1, not "0"'],
	[['--signature', 'md5'], '--signature must be one of hex, sha256, base64, timestamped'],
	[['extra'], 'extra'],
	[['--port'], '--port'],
])('%j is refused in a sentence', (options, sentence) => {
	expect(() => readCommandLine(options)).toThrow(sentence);
});

test('options come through', () => {
	expect(readCommandLine(['--help'])).toBe('help');
	expect(readCommandLine([])).toMatchObject({ port: 4010, signature: 'hex' });
	const options =
		'--port 0 --speed 2.5 --credits 7 --key k --max-concurrent-jobs 2 --job-seconds 9';
	expect(readCommandLine(options.split(' '))).toMatchObject({
		port: 0,
		speed: 2.5,
		jobSeconds: 9,
		accounts: [{ credits: 7, apiKey: 'k', maxConcurrentJobs: 2 }],
	});
});
