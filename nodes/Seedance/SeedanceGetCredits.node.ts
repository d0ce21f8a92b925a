import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { providers } from './providers';
import { credentialsOf, mainOnly, providerProperty, providerSubtitle } from './form/common';
import { getCredits } from './operations/getCredits';

const tellingBalance = providers.filter(({ credits }) => credits);

export class SeedanceGetCredits implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Get Credits',
		name: 'seedanceGetCredits',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: providerSubtitle(tellingBalance),
		description: 'Read the balance of the account, and how much video it pays for',
		defaults: { name: 'Get Credits' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(tellingBalance),
		properties: [
			providerProperty(tellingBalance),
			{
				displayName: 'Minimum Credits',
				name: 'minimumCredits',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'The output field belowMinimum is true when the balance is below this number. Use it in an If node to warn in time.',
			},
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await getCredits(this)];
	}
}
