import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { creditsProperties } from './form/account';
import { credentialsOf, mainOnly, providerSubtitle } from './form/common';
import { tellingBalance } from './form/offered';
import { getCredits } from './operations/getCredits';

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
		properties: creditsProperties(),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await getCredits(this)];
	}
}
