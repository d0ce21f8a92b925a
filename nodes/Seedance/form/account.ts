import type { INodeProperties } from 'n8n-workflow';
import { tellingBalance } from './offered';
import { withProvider } from './onlyProvider';

/** All fields of Get Credits. */
export const creditsProperties = (): INodeProperties[] =>
	withProvider(tellingBalance, [
		{
			displayName: 'Minimum Credits',
			name: 'minimumCredits',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'The output field belowMinimum is true when the balance is below this number. Use it in an If node to warn in time.',
		},
	]);
