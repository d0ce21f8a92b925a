import type { INodeProperties } from 'n8n-workflow';
import type { Provider } from '../core/provider';
import { includeRawResponseOption, optionsProperty } from './jobs';
import { withProvider } from './onlyProvider';

/** All fields of the trigger. */
export function triggerProperties(offered: readonly Provider[]): INodeProperties[] {
	const signing = offered.filter(({ callback }) => callback?.signatures).map(({ id }) => id);
	return withProvider(offered, [
		{
			displayName:
				'Copy the Production URL from "Webhook URLs" above and give it to the provider: in Generate Video, choose "Call a URL" in "After Submit" and paste it into "Callback URL"; or enter it in your account\'s settings at the provider, for all of its jobs. It works as long as this workflow is active (published).',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Events',
			name: 'events',
			type: 'multiOptions',
			required: true,
			options: [
				{
					name: 'Job Cancelled',
					value: 'cancelled',
					description: 'Somebody stopped the job before it was finished',
				},
				{ name: 'Job Completed', value: 'completed', description: 'The video or image is ready' },
				{
					name: 'Job Failed',
					value: 'failed',
					description: 'The provider could not make it; the job says why',
				},
			],
			default: ['completed', 'failed', 'cancelled'],
			description: 'Which results of a job start the workflow',
		},
		{
			displayName: 'Verify with API',
			name: 'verifyWithApi',
			type: 'boolean',
			displayOptions: { show: { provider: signing } },
			default: true,
			description:
				'Whether to ask the provider for the job before the workflow starts. When off, a callback with a valid signature is trusted as it is. That saves a request, but leaves out what callbacks do not contain. If a signature cannot be checked, the provider is always asked.',
		},
		optionsProperty([includeRawResponseOption]),
	]);
}
