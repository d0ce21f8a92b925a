/** What n8n's guidelines ask of every form, and what its editor makes of the files beside the nodes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	Workflow,
	type ICredentialType,
	type IDataObject,
	type INode,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';
import { SeedanceCancelJob } from '../../nodes/Seedance/SeedanceCancelJob.node';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { SeedanceGenerateImage } from '../../nodes/Seedance/SeedanceGenerateImage.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { SeedanceGetCredits } from '../../nodes/Seedance/SeedanceGetCredits.node';
import { SeedanceJoinVideos } from '../../nodes/Seedance/SeedanceJoinVideos.node';
import { SeedanceTrigger } from '../../nodes/Seedance/SeedanceTrigger.node';
import { SeedanceWaitForWebhook } from '../../nodes/Seedance/SeedanceWaitForWebhook.node';
import { providers } from '../../nodes/Seedance/providers';
import { contracts } from '../contract/dialects/index.ts';

const nodes: INodeType[] = [
	new SeedanceGenerateVideo(),
	new SeedanceGenerateImage(),
	new SeedanceCheckStatus(),
	new SeedanceWaitForWebhook(),
	new SeedanceGetCredits(),
	new SeedanceCancelJob(),
	new SeedanceJoinVideos(),
	new SeedanceTrigger(),
];
const credentials: ICredentialType[] = [
	...new Set(contracts.map(({ credentialType }) => credentialType)),
].map((Type) => new Type());
const providerNames = new Set(providers.map(({ name }) => name));

const withOptions = (properties: INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...(property.type === 'collection' ? (property.options as INodeProperties[]) : []),
	]);
const forms = [
	...nodes.map(({ description }) => description),
	...credentials.map(({ displayName, properties }) => ({ displayName, properties })),
].map(({ displayName, properties }) => ({ form: displayName, fields: withOptions(properties) }));

const LITTLE_WORDS = /^(a|an|at|by|for|of|the|with|per|to|in|this)$/;
const isTitleCase = (text: string) =>
	text.split(/[ (]+/).every((word) => /^[A-Z0-9]/.test(word) || LITTLE_WORDS.test(word));

describe.each(forms)('The form of $form', ({ fields }) => {
	const named = fields.filter(({ type }) => type !== 'notice');

	it('calls its fields and choices in Title Case', () => {
		const choices = named.flatMap(({ type, options }) =>
			type === 'options' || type === 'multiOptions' ? (options ?? []) : [],
		);
		const names = [
			...named.map(({ displayName }) => displayName),
			...choices.map((choice) => ('name' in choice ? choice.name : '')),
		];
		// Names of models, ratios, sizes and of the providers themselves are the providers'.
		const ours = names.filter((name) => !/^(\d|Seed)/.test(name) && !providerNames.has(name));
		expect(ours.filter((name) => !isTitleCase(name))).toEqual([]);
	});

	it('describes every field: one sentence without a full stop, several with one', () => {
		for (const { displayName, hint, description = hint ?? '' } of named) {
			if (displayName === 'Options') continue;
			expect([displayName, description]).toEqual([
				displayName,
				expect.stringMatching(/^[A-Z0-9"]/),
			]);
			const sentences = description.replace(/[a-z]\.[a-z]/g, '').split(/[.?!](?= |$)/);
			const several = sentences.filter((sentence) => sentence.trim() !== '').length > 1;
			expect([displayName, description.endsWith('.')]).toEqual([displayName, several]);
		}
	});

	it('shows an example in every field that one types a text into', () => {
		const typed = named.filter(
			({ type, typeOptions }) => (type === 'string' || type === 'json') && !typeOptions?.password,
		);
		for (const { name, placeholder } of typed) {
			expect([name, placeholder]).toEqual([name, expect.stringMatching(/^e\.g\. /)]);
		}
	});

	it('has its options by the alphabet', () => {
		const collection = fields.find(({ type }) => type === 'collection');
		const names = ((collection?.options ?? []) as INodeProperties[]).map(
			({ displayName }) => displayName,
		);
		expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, 'en')));
	});
});

describe('The files beside the nodes', () => {
	const folder = join(__dirname, '../../nodes/Seedance');
	const files = readdirSync(folder).filter((file) => file.endsWith('.node.json'));

	it('keep the nodes out of the category that n8n leaves out of its search', () => {
		expect(files).toHaveLength(nodes.length);
		for (const file of files) {
			const { categories, alias } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
				categories: string[];
				alias: string[];
			};
			expect([file, categories]).toEqual([file, ['Marketing']]);
			expect([file, alias]).toEqual([file, expect.arrayContaining([expect.any(String)])]);
		}
	});
});

/** As the editor does it: which of the node's hints are shown with these parameters and this input. */
function hintsOf(nodeType: INodeType, parameters: IDataObject, json: IDataObject = {}): string[] {
	const nodeTypes = { getByNameAndVersion: () => nodeType } as unknown as INodeTypes;
	const node = { name: 'It', type: 'it', typeVersion: 1, parameters } as unknown as INode;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return (nodeType.description.hints ?? [])
		.filter(({ displayCondition }) => {
			const isShown = workflow.expression.getParameterValue(
				displayCondition,
				null,
				0,
				0,
				'It',
				[{ json }],
				'manual',
				{},
			);
			expect(typeof isShown).toBe('boolean');
			return isShown;
		})
		.map(({ message }) => message);
}

describe('Hints of the editor', () => {
	it.each([
		['http://localhost:5678/webhook/x', true],
		['http://127.0.0.1/x', true],
		['https://192.168.1.7/x', true],
		['https://10.0.0.1/x', true],
		['https://172.20.0.1/x', true],
		['http://[::1]:5678/x', true],
		['https://n8n.example.com/webhook/localhost', false],
		['https://10.example.com/x', false],
		['', false],
	])('Callback URL %s: warned of %s', (callbackUrl, isWarned) => {
		for (const nodeType of [new SeedanceGenerateVideo(), new SeedanceGenerateImage()]) {
			const hints = hintsOf(nodeType, { afterSubmit: 'callback', callbackUrl });
			expect(hints.map((message) => message.slice(0, 12))).toEqual(
				isWarned ? ['Callback URL'] : [],
			);
			expect(hintsOf(nodeType, { afterSubmit: 'wait', callbackUrl })).toEqual([]);
			expect(hintsOf(nodeType, {})).toEqual([]);
		}
	});

	it('Wait for Webhook: warned of jobs whose provider cannot call', () => {
		const hints = (json: IDataObject) => hintsOf(new SeedanceWaitForWebhook(), {}, json);
		expect(hints({ provider: 'segmind' })).toEqual([
			expect.stringContaining('Segmind has no callbacks'),
		]);
		expect(hints({ provider: 'seedance' })).toEqual([]);
		expect(hints({})).toEqual([]);
	});
});
