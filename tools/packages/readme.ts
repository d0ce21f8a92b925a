import type { ICredentialType, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import type { Model } from '../../nodes/Seedance/core/model';
import type { Provider } from '../../nodes/Seedance/core/provider';
import { priceOf, RESOLUTION, SECONDS } from '../docs/prices.ts';
import { table } from '../docs/table.ts';
import type { PackageRow } from './list.ts';

const DOCS = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance/blob/main/docs';

export interface ReadmeInput {
	row: PackageRow;
	provider: Provider;
	credential: ICredentialType;
	/** The action node first. */
	nodes: INodeTypeDescription[];
	/** The package's examples: file names, with what each does. */
	examples: Record<string, string>;
	/** What to know about the credential, from the main README. */
	notes: string;
}

/** The README of a package, complete in itself: what a user meets is this provider's words only. */
export function readmeOf({
	row,
	provider,
	credential,
	nodes,
	examples,
	notes,
}: ReadmeInput): string {
	const { name, service } = row;
	const [action, trigger] = nodes as [INodeTypeDescription, INodeTypeDescription?];
	const { callback } = provider;
	return `# ${name}

Turn product data into AI videos in [n8n](https://n8n.io) with Seedance at ${service}.

- **Never lose a job.** Every result and every error carries the job's ID. If a video takes too long, you can pick it up later.
- **Never pay twice.** Each item is submitted once, even with _Retry On Fail_, as a tool of an AI agent, and when the answer of
  ${service} gets lost. [The few exceptions](${DOCS}/reliability.md#limits-of-n8n-and-what-you-can-do) are listed.
${callback ? `- **Wait without blocking n8n.** One sleeping execution waits for all its videos. ${service} wakes it up.\n` : ''}- **Know what it costs.** You get an estimate before you run, limits for each run and each month, and what was charged, where
  ${service} says it.
- **Errors tell you what to do.** Your API key never appears in an output, an error or a log.

[Install](#install) · [First video](#your-first-video) · [Credential](#credential) · [Operations](#operations)${trigger ? ' · [Trigger](#trigger)' : ''} ·
[Models and costs](#models-and-costs) · [Examples](#examples) · [More](#more)

## Install

In n8n: _Settings → Community Nodes → Install_, enter \`${name}\`. On n8n Cloud, search for it in the nodes panel.
Works with n8n 1.123 and 2.x.

## Your first video

1. **Get an API key** at ${service}.
2. **Enter it in n8n**: choose _Credentials → Create credential → ${credential.displayName}_, paste the key into _API Key_ and
   press _Save_. n8n tests it right away. The test is free.
3. **Create a workflow**: add _Trigger manually_, then search for "seedance", choose _${action.displayName}_ and, under
   _Actions_, _Generate a video_. Choose your credential, write a prompt and leave everything else as it is.
4. **Press _Execute workflow_.** The node outputs the job, with the address of the video in \`videoUrl\`. Turn on _Download
   Video_ to get the file itself, which plays in n8n.

## Credential

${notes}

${table(['Field', 'What to enter'], credential.properties.map(fieldRow))}

## Operations

${table(
	['Resource', 'Operation', 'What it does'],
	operationsOf(action).map(({ resource, name: operation, description }) => [
		resource,
		operation,
		description,
	]),
)}

Every operation that works with jobs outputs [the same fields](${DOCS}/job.md): \`jobId\`, \`status\` (\`queued\`,
\`processing\`, \`completed\`, \`failed\`, \`cancelled\`, \`timed_out\`), \`progress\`, \`videoUrl\`, \`costUsd\`, \`expiresAt\`, \`failure\`,
\`metadata\` and more.

After _Generate_ has submitted a job, _After Submit_ decides what happens:

${table(['After Submit', 'What it does'], afterSubmitOf(action))}

The node can also be a tool of an AI agent.
${trigger ? triggerPart(trigger) : ''}
## Models and costs

${modelsTable(provider)}

The price is for ${SECONDS} seconds in ${RESOLUTION}, by the public price list. Without a price, the model makes no such clip or its price is not
public. The form shows the estimate for your settings, and [_Max Cost_ or _Max Credits_](${DOCS}/costs.md) refuses a run that would cost more.

## Examples

${
	Object.keys(examples).length === 0
		? 'None.'
		: `In the folder \`examples\` of this package: _Workflow → Import from File_ in n8n, then follow the notes on the canvas.

${table(
	['File', 'What it does'],
	Object.entries(examples).map(([file, does]) => [`\`${file}\``, does]),
)}`
}

## More

[Waiting](${DOCS}/waiting.md) · [Callbacks](${DOCS}/callbacks.md) · [Costs](${DOCS}/costs.md) · [Errors](${DOCS}/errors.md) ·
[Reliability](${DOCS}/reliability.md) · [Queue mode](${DOCS}/queue-mode.md)

This package is built from the same source as \`n8n-nodes-seedance\`, which has several providers and needs a self-hosted n8n. Both can
be installed side by side.

## License

MIT
`;
}

const triggerPart = ({ displayName, description, properties }: INodeTypeDescription): string => `
## Trigger

_${displayName}_: ${lowerFirst(description)}. ${properties.find(({ type }) => type === 'notice')?.displayName ?? ''}
`;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const fieldRow = ({ displayName, description, default: usual }: INodeProperties): string[] => [
	displayName,
	[
		description ?? '',
		usual === '' || typeof usual === 'object' ? '' : `Default: \`${String(usual)}\`.`,
	]
		.map((text) => text.trim())
		.filter(Boolean)
		.map((text) => text.replace(/(?<![.:])$/, '.'))
		.join(' '),
];

interface Choice {
	name: string;
	description?: string;
}

const choicesOf = (property: INodeProperties): Choice[] => (property.options ?? []) as Choice[];

function operationsOf({ properties }: INodeTypeDescription) {
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap((property) =>
			choicesOf(property).map(({ name, description = '' }) => ({
				resource: upperFirst((property.displayOptions?.show?.resource as string[])[0]!),
				name,
				description,
			})),
		);
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function afterSubmitOf({ properties }: INodeTypeDescription): string[][] {
	const property = properties.find(({ name }) => name === 'afterSubmit');
	return property
		? choicesOf(property).map(({ name, description = '' }) => [name, description])
		: [];
}

function modelsTable({ models }: Provider): string {
	return table(
		['Model', 'Makes', 'From', 'Price'],
		models.map((model) => [model.name, model.makes, modesOf(model), priceIn(model)]),
	);
}

const MODES: Record<string, string> = {
	textToVideo: 'text',
	imageToVideo: 'an image',
	referenceToVideo: 'references',
	draftToVideo: 'a draft',
};

const modesOf = ({ modes }: Model): string =>
	Object.keys(modes)
		.map((mode) => MODES[mode] ?? mode)
		.join(', ');

function priceIn(model: Model): string {
	const price = model.makes === 'video' ? priceOf(model) : '';
	return price.startsWith('US$') ? price : '–';
}
