import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../nodes/Seedance/core/fault';
import type { Job } from '../../nodes/Seedance/core/job';
import type { Mode } from '../../nodes/Seedance/core/request';

/** What the documents of one wire dialect promise, as data. A dialect more is a row more, with its fixtures. */
export interface DialectContract {
	name: string;
	/** Under `fixtures/`. */
	folder: string;
	provider: string;
	credentialType: new () => ICredentialType;
	/** The credential's fields without the key. */
	credential: { baseUrl: string };
	/** How the key travels. */
	authHeader: (apiKey: string) => [name: string, value: string];
	/** The header that makes a submit safe to repeat; absent where the provider has none. */
	idempotencyHeader?: string;
	/** A request of the dialect, for the cases that are about replies. */
	model: string;
	mode: Mode;
	jobId: string;
	submits: Array<{
		name: string;
		parameters: INodeParameters;
		path: string;
		/** The body's fixture. */
		body: string;
	}>;
	statusPath: string;
	/** Replies to a submit, and the job that the node gives out. */
	submitted: Array<{ reply: string; job: Partial<Job> }>;
	/** Replies to the status question, and all that is not null in the job then. */
	statuses: Array<{ reply: string; job: Partial<Job> }>;
	faults: Array<{
		call: 'submit' | 'status';
		reply: string;
		headers?: Record<string, string>;
		fault: Partial<Fault> & Pick<Fault, 'message' | 'transient' | 'ambiguous'>;
	}>;
	/** What the user reads where a submit is refused: message and description of the node's error. */
	refusals: Array<{ reply: string; message: string; description: string }>;
	balance?: { path: string; reply: string; output: Record<string, unknown> };
	callbacks: string[];
	/** Fixtures that tests beside the table use. */
	others: string[];
}

const folderOf = (contract: DialectContract) => join(__dirname, 'fixtures', contract.folder);

export const fixtureText = (contract: DialectContract, name: string): string =>
	readFileSync(join(folderOf(contract), `${name}.json`), 'utf8');

export const fixture = (contract: DialectContract, name: string): Record<string, unknown> =>
	JSON.parse(fixtureText(contract, name)) as Record<string, unknown>;

export const fixtureNames = (contract: DialectContract): string[] =>
	readdirSync(folderOf(contract))
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.replace(/\.json$/, ''));

/** `error.402…` came with 402, everything else with 200. */
export const statusOf = (name: string): number => Number(/^error\.(\d{3})/.exec(name)?.[1] ?? 200);
