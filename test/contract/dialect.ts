import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../nodes/Seedance/core/fault';
import type { Job } from '../../nodes/Seedance/core/job';
import type { Mode } from '../../nodes/Seedance/core/request';

/** What the user has called the credential. */
export const CREDENTIAL_NAME = 'My video account';

export type Call = 'submit' | 'status' | 'result';

/** What the documents of one wire dialect promise, as data. A dialect more is a row more, with its fixtures. */
export interface DialectContract {
	name: string;
	/** Under `fixtures/`. */
	folder: string;
	provider: string;
	credentialType: new () => ICredentialType;
	/** The credential's fields without the key. */
	credential: { baseUrl: string; uploadUrl?: string };
	/** How the key travels. */
	authHeader: (apiKey: string) => [name: string, value: string];
	/** The header that makes a submit safe to repeat; absent where the provider has none. */
	idempotencyHeader?: string;
	/** A request of the dialect, for the cases that are about replies. */
	model: string;
	mode: Mode;
	makes?: 'image';
	/** What such a request cannot do without, beside the prompt. */
	parameters?: INodeParameters;
	jobId: string;
	submits: Array<{
		name: string;
		parameters: INodeParameters;
		path: string;
		/** The body's fixture; of a form, its parts in their order. */
		body: string;
		/** The items have an image file in the field `data`. */
		withImage?: true;
	}>;
	/** The name and the value of a 4 s video's length on the wire, or of the shortest there is. */
	duration?: [name: string, value: unknown, seconds: number];
	/** What the provider says of the progress, and percent; without it, it says nothing that we could read. */
	progress?: Array<[said: unknown, percent: number | null]>;
	statusPath: string;
	/** Where the result of a finished job must be asked for separately. */
	resultPath?: string;
	/** Replies to a submit, and the job that the node gives out. */
	submitted: Array<{ reply: string; job: Partial<Job> }>;
	/** Replies to the status question, and all that is not null in the job then. */
	statuses: Array<{ reply: string; job: Partial<Job> }>;
	/** Replies to the question for the result, and all that is not null in the job then. */
	results?: Array<{ reply: string; job: Partial<Job> }>;
	/** The replies that lead to the finished video, in their order. */
	finished: string[];
	/** The first word of the provider for "done" is this. */
	doneWord: string;
	faults: Array<{
		call: Call;
		reply: string;
		headers?: Record<string, string>;
		fault: Partial<Fault> & Pick<Fault, 'message' | 'transient' | 'ambiguous'>;
	}>;
	/** What the user reads where a submit is refused: message and description of the node's error. */
	refusals: Array<{ reply: string; message: string; description: string }>;
	balance?: {
		path: string;
		replies: Array<{ reply: string; output: Record<string, unknown> }>;
	};
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

/** `error.402…` came with 402, `….http422` with 422, everything else with 200. */
export const statusOf = (name: string): number =>
	Number(/(?:^error\.|\.http)(\d{3})/.exec(name)?.[1] ?? 200);

/** A body with another status word, wherever the provider puts it. */
export function withStatus(body: Record<string, unknown>, status: unknown) {
	return 'data' in body
		? { ...body, data: { ...(body.data as object), status } }
		: { ...body, status };
}
