import type { INodeProperties } from 'n8n-workflow';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';

/** Options that limit the spending, each shown only if the provider supports it. */
export function moneyOptions(offered: readonly Provider[]): INodeProperties[] {
	const billsCredits = idsOf(offered, ({ models }) => models.some(hasPrice('credits')));
	const billsUsd = idsOf(offered, ({ models }) => models.some(hasPrice('usd')));
	const tellsBalance = idsOf(
		offered,
		({ models, credits }) =>
			credits && models.some((model) => hasPrice('credits')(model) || hasPrice('usd')(model)),
	);
	const idempotent = idsOf(offered, ({ dialects }) => dialects.some((each) => each.idempotent));
	const showFor = (provider: string[]) => ({ show: { '/provider': provider } });
	const options: INodeProperties[] = [
		{
			displayName: 'Check Credits First',
			name: 'checkCredits',
			type: 'boolean',
			default: false,
			description:
				'Whether to ask for the balance before the first submission and to submit nothing if it does not pay for all items',
			displayOptions: showFor(tellsBalance),
		},
		{
			displayName: 'Duplicates',
			name: 'duplicates',
			type: 'options',
			options: [
				{
					name: 'Once per Execution',
					value: 'perExecution',
					description: 'Each item of an execution is one job, even if the node is tried again',
				},
				{
					name: 'Once per Content',
					value: 'perContent',
					description:
						'The same request is the same job, even in another execution. Metadata stays in n8n.',
				},
				{
					name: 'My Own Key',
					value: 'custom',
					description:
						'The same key is the same job, even in another execution. Metadata stays in n8n.',
				},
			],
			default: 'perExecution',
			description:
				'What counts as the same job, so that the provider does not make and charge it twice',
			displayOptions: showFor(idempotent),
		},
		{
			displayName: 'Estimate Only',
			name: 'estimateOnly',
			type: 'boolean',
			default: false,
			description: 'Whether to output what each item would cost, without submitting anything',
		},
		{
			displayName: 'Idempotency Key',
			name: 'idempotencyKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.sku }}-summer',
			description:
				'For "Duplicates: My Own Key". Two different videos of a run must not have the same key.',
			displayOptions: showFor(idempotent),
		},
		{
			displayName: 'Max Cost (USD)',
			name: 'maxCostUsd',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 10,
			description:
				'Nothing is submitted if this run would cost more. 0 means that nothing may be spent; without this option there is no limit.',
			displayOptions: showFor(billsUsd),
		},
		{
			displayName: 'Max Credits',
			name: 'maxCredits',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 1000,
			description:
				'Nothing is submitted if this run would cost more. 0 means that nothing may be spent; without this option there is no limit.',
			displayOptions: showFor(billsCredits),
		},
		{
			displayName: 'Monthly Budget (USD)',
			name: 'monthlyBudgetUsd',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 100,
			description:
				'Nothing is submitted if this workflow would spend more in this calendar month (UTC). 0 means that nothing may be spent; without this option there is no limit. Counted in active workflows only.',
			displayOptions: showFor(billsUsd),
		},
		{
			displayName: 'Monthly Credit Budget',
			name: 'monthlyCreditBudget',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 10000,
			description:
				'Nothing is submitted if this workflow would spend more in this calendar month (UTC). 0 means that nothing may be spent; without this option there is no limit. Counted in active workflows only.',
			displayOptions: showFor(billsCredits),
		},
		{
			displayName: 'Reuse Identical (Hours)',
			name: 'reuseIdenticalHours',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'If this workflow has finished the same request within this time and its file still exists, that result is returned, marked as reused, and nothing is submitted. 0 means never. Works in active workflows that wait in this node.',
		},
	];
	return options.filter(isOffered);
}

/** An option that no provider has is not part of the form. */
const isOffered = ({ displayOptions }: INodeProperties): boolean =>
	displayOptions?.show?.['/provider']?.length !== 0;

const hasPrice =
	(currency: 'credits' | 'usd') =>
	({ price }: Model): boolean =>
		price[currency] !== undefined;

const idsOf = (offered: readonly Provider[], can: (provider: Provider) => unknown): string[] =>
	offered.filter((provider) => Boolean(can(provider))).map(({ id }) => id);
