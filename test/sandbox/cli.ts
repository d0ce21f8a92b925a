import { parseArgs } from 'node:util';
import type { SandboxOptions } from './types.ts';

export const USAGE = `Usage: node test/sandbox/main.ts [options]
  --port N           port of the API (default 4010, 0 for a free one)
  --media-port N     port of the media host (default 0: a free one)
  --host ADDRESS     address to listen on (default 127.0.0.1)
  --public-host NAME host name in the URLs told to clients (default: the address)
  --speed N          provider seconds in a second of wall time (default 1)
  --job-seconds N    provider seconds that a job takes (default 60 to 120)
  --credits N        credits of the account (default 100000)
  --key KEY          the account's API key
  --webhook-secret S the account's webhook secret
  --requests-per-minute N, --max-concurrent-jobs N   the account's limits (default 60 and 5)
  --signature WORD   hex (default), sha256, base64 or timestamped
  --webhook-retries N redeliveries of a callback that failed (default 0)
  --json-events      print every event as a line of JSON
  --help             this text`;

const TEXT = { type: 'string' } as const;
const SWITCH = { type: 'boolean' } as const;

const OPTIONS = {
	port: TEXT,
	'media-port': TEXT,
	host: TEXT,
	'public-host': TEXT,
	speed: TEXT,
	'job-seconds': TEXT,
	credits: TEXT,
	key: TEXT,
	'webhook-secret': TEXT,
	'requests-per-minute': TEXT,
	'max-concurrent-jobs': TEXT,
	signature: TEXT,
	'webhook-retries': TEXT,
	'json-events': SWITCH,
	help: SWITCH,
} as const;

const SIGNATURES = ['hex', 'sha256', 'base64', 'timestamped'] as const;

const read = (args: string[]) =>
	parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
type Values = ReturnType<typeof read>;

type NumberRule = { least: number; whole: boolean; most?: number };
const WHOLE = { least: 0, whole: true };
const PORT = { least: 0, whole: true, most: 65_535 };
const AT_LEAST_ONE = { least: 1, whole: true };

/** The option as a number; undefined if it is missing. Throws a message if it is not a valid number. */
function numberOf(values: Values, name: keyof Values, rule: NumberRule): number | undefined {
	const text = values[name];
	if (text === undefined) return undefined;
	const number = Number(text);
	const fits =
		text !== '' &&
		Number.isFinite(number) &&
		number >= rule.least &&
		number <= (rule.most ?? Infinity) &&
		(!rule.whole || Number.isInteger(number));
	if (fits) return number;
	const kind = rule.whole ? 'a whole number' : 'a number';
	const range = rule.most === undefined ? `from ${rule.least}` : `${rule.least} to ${rule.most}`;
	throw new Error(`--${name} must be ${kind} ${range}, not "${String(text)}"`);
}

/** The sandbox's options from the command line, or the request for help. Throws a message for invalid options. */
export function readCommandLine(args: string[]): 'help' | SandboxOptions {
	const values = read(args);
	if (values.help) return 'help';
	const signature = SIGNATURES.find((word) => word === (values.signature ?? 'hex'));
	if (!signature) throw new Error(`--signature must be one of ${SIGNATURES.join(', ')}`);
	const { host, key, 'public-host': publicHost, 'webhook-secret': webhookSecret } = values;
	return {
		host,
		publicHost,
		port: numberOf(values, 'port', PORT) ?? 4010,
		mediaPort: numberOf(values, 'media-port', PORT),
		speed: numberOf(values, 'speed', { least: 0.001, whole: false }),
		jobSeconds: numberOf(values, 'job-seconds', { least: 0, whole: false }),
		signature,
		webhookRetries: numberOf(values, 'webhook-retries', WHOLE),
		accounts: [
			{
				apiKey: key,
				webhookSecret,
				credits: numberOf(values, 'credits', WHOLE),
				requestsPerMinute: numberOf(values, 'requests-per-minute', AT_LEAST_ONE),
				maxConcurrentJobs: numberOf(values, 'max-concurrent-jobs', AT_LEAST_ONE),
			},
		],
		onEvent: values['json-events'] ? (event) => console.log(JSON.stringify(event)) : undefined,
	};
}
