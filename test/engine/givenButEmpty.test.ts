/** What is given and empty is refused in a sentence, before anything is spent; 0 means 0. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	errorTextOf,
	generate,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterEach(() => world.sandbox.reset());
afterAll(() => closeWorld(world));

const run = async (parameters: IDataObject) => {
	const flow = chain(start, generate({ afterSubmit: 'return', ...parameters }));
	return errorTextOf((await world.engine.run(flow, { input: prompts('one', 'two') })).error);
};
const nothingSpent = () => expect(world.sandbox.ledger.requests.length).toBe(0);

const EMPTY = ['={{ $json.notThere }}', '={{ null }}', '={{ "" }}', '={{ "  " }}', ''];

const OPTIONS: Array<[name: string, label: string, more?: IDataObject, form?: IDataObject]> = [
	['maxCredits', 'Max Credits'],
	['monthlyCreditBudget', 'Monthly Credit Budget'],
	['checkCredits', 'Check Credits First'],
	['estimateOnly', 'Estimate Only'],
	['duplicates', 'Duplicates'],
	['idempotencyKey', 'Idempotency Key', { duplicates: 'custom' }],
	// Shown only where the node waits.
	['maxConcurrentJobs', 'Max Concurrent Jobs', {}, { afterSubmit: 'wait' }],
	['reuseIdenticalHours', 'Reuse Identical (Hours)'],
	['submitAs', 'Submit As'],
	['timeoutMinutes', 'Timeout (Minutes)'],
	['metadata', 'Metadata'],
];

describe.each(OPTIONS)('the option %s', (name, label, more = {}, form = {}) => {
	it.each(EMPTY)('given as "%s" is refused', async (value) => {
		const error = await run({ ...form, options: { ...more, [name]: value } });
		expect(error).toContain(`${label}: `);
		nothingSpent();
	});
});

describe.each([
	['duration', 'Duration (Seconds)'],
	['aspectRatio', 'Aspect Ratio'],
	['audio', 'Generate Audio'],
	['prompt', 'Prompt'],
])('the field %s', (name, label) => {
	it.each(EMPTY.slice(0, 4))('given as "%s" is refused', async (value) => {
		const error = await run({ [name]: value });
		expect(error).toContain(`${label}: an empty value`);
		nothingSpent();
	});
});

describe.each(['maxCredits', 'monthlyCreditBudget'])('%s', (name) => {
	it.each([0, '0', '={{ 0 }}', '={{ "0" }}', '={{ 500 - 500 }}'])(
		'%j spends nothing',
		async (value) => {
			expect(await run({ options: { [name]: value } })).toContain('would cost 486 credits');
			nothingSpent();
		},
	);

	it.each([-5, 1.5, 'ten', '={{ NaN }}', '={{ [] }}', '={{ true }}'])(
		'%j is refused',
		async (value) => {
			expect(await run({ options: { [name]: value } })).toContain('Allowed: a whole number from 0');
			nothingSpent();
		},
	);
});

it('a field that the model does not have is not looked at', async () => {
	const error = await run({ resolution: '={{ $json.notThere }}', options: { maxCredits: 0 } });
	expect(error).toContain('would cost 486 credits');
});

it('two different videos under one own key are refused, and nothing is made', async () => {
	const options = { duplicates: 'custom', idempotencyKey: 'summer' };
	expect(await run({ options })).toContain(
		'Idempotency Key: the items 0 and 1 have the same key and different content',
	);
	nothingSpent();
});
