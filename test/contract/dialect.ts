import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../nodes/Seedance/core/fault';
import type { Job } from '../../nodes/Seedance/core/job';
import type { Mode } from '../../nodes/Seedance/core/request';

/** What the user has called the credential. */
export const CREDENTIAL_NAME = 'My video account';

export type Call = 'submit' | 'status' | 'result' | 'cancel';

/** A place in a body: the names on the way to it, with dots between them. */
export type Place = string;

/** How a provider says what every provider has to say. */
export interface Wire {
	/** In the reply to a status request. */
	jobId: Place;
	status: Place;
	/** Why a job has failed. */
	failure: Place;
	progress?: Place;
	/** Whatever makes the reply to a submit an answer, beside the job's ID. */
	essential?: readonly Place[];
	/** A reply to a submit may come without the object around it that replies to other requests have. */
	bareSubmits?: true;
	/** The first word of the provider for "done" and for "failed" is this. */
	doneWord: string;
	failedWord: string;
	/** The forms of an error's body, the structured one last. `message` is a text, or what should have been one. */
	errors: ReadonlyArray<(message: unknown, code?: string) => Record<string, unknown>>;
	/** The reply to a batch, from the replies to its requests. */
	batch?: (replies: unknown[]) => unknown;
	/** Where a submit has what the user has chosen. */
	fields: Partial<Record<FieldOnTheWire, Place>>;
	/** The default aspect ratio, where the wire has another word for it. */
	defaultRatio?: string;
	/** Where a submit has a mark of its own, by which it is told in a list of jobs. */
	tag?: { place: Place; form: RegExp };
}
export type FieldOnTheWire = 'aspectRatio' | 'audio' | 'cameraLock' | 'seed' | 'skipModeration';

/** What the documents of one wire dialect promise, as data. A dialect more is a row more, with its fixtures. */
export interface DialectContract {
	name: string;
	/** Under `fixtures/`. */
	folder: string;
	provider: string;
	credentialType: new () => ICredentialType;
	/** The addresses in the credential. All requests of this table go to the first one, which is the main host's. */
	credential: Record<string, string>;
	/** How the key travels. */
	authHeader: (apiKey: string) => [name: string, value: string];
	/** The header that makes a submit safe to repeat; absent where the provider has none. */
	idempotencyHeader?: string;
	/** Further headers that every submit has. */
	submitHeaders?: Record<string, string>;
	/** A request of the dialect, for the cases that are about replies. */
	model: string;
	mode: Mode;
	makes?: 'image';
	/** The reply to a submit is the result, and there is no job to ask for. */
	isSynchronous?: true;
	/** What such a request cannot do without, beside the prompt. */
	parameters?: INodeParameters;
	jobId: string;
	/** What is to be known beside the ID in order to find a job of the fixtures again. */
	reference?: Record<string, string>;
	wire: Wire;
	submits: Array<{
		name: string;
		parameters: INodeParameters;
		path: string;
		/** The body's fixture; of a form, its parts in their order. */
		body: string;
		/** In the body, other than in the fixture. */
		changes?: Record<Place, unknown>;
		/** The items have an image file in the field `data` and another in the field `other`. */
		withImage?: true;
		/** What differs in the credential, and the host that the request goes to then. */
		elsewhere?: { credential: Record<string, string>; origin: string };
	}>;
	/** Where a submit has the length, and the value of a 4 s video's or of the shortest there is. */
	duration?: [place: Place, value: unknown, seconds: number];
	/** What the provider says of the progress, and percent; without it, it says nothing that we could read. */
	progress?: Array<[said: unknown, percent: number | null]>;
	/** Asking for a job; with GET if nothing else is said. */
	statusPath: string;
	statusMethod?: 'POST';
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

type Body = Record<string, unknown>;

/** What a body has in this place; undefined if there is no such place. */
export function valueAt(body: unknown, place: Place): unknown {
	return place
		.split('.')
		.reduce<unknown>((value, name) => (value as Body | null | undefined)?.[name], body);
}

/** A body with another value in this place. */
export function withValue(body: Body, place: Place, value: unknown): Body {
	const [name = '', ...rest] = place.split('.');
	if (rest.length === 0) return { ...body, [name]: value };
	return { ...body, [name]: withValue((body[name] ?? {}) as Body, rest.join('.'), value) };
}

/** A body in which `change` has given every value anew, except those that only lead to one of these places. */
export function withValues(
	body: Body,
	leadingTo: readonly Place[],
	change: (place: Place, value: unknown) => unknown,
	before = '',
): Body {
	const entries = Object.entries(body).map(([name, value]): [string, unknown] => {
		const place = before + name;
		if (!leadingTo.some((each) => each.startsWith(`${place}.`)))
			return [name, change(place, value)];
		return [name, withValues(value as Body, leadingTo, change, `${place}.`)];
	});
	return Object.fromEntries(entries);
}

/** The address of the main host. */
export const mainAddressOf = ({ credential }: DialectContract): string =>
	Object.values(credential).find((value) => value.startsWith('https://'))!;

/** How a job of the fixtures is found again. */
export const addressOf = ({ jobId, model, reference }: DialectContract) => ({
	jobId,
	model,
	...(reference ? { reference } : {}),
});
