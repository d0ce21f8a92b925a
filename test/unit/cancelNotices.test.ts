/** What the form of Cancel Job says about a cancel. */
import type { Dialect, Provider } from '../../nodes/Seedance/core/provider';
import { cancelNotices } from '../../nodes/Seedance/form/jobs';

const request = () => ({ method: 'POST', path: '/' }) as const;
const providerOf = (id: string, ...notices: Array<string | undefined>) =>
	({
		id,
		dialects: notices.map((notice) => ({ cancel: { request, notice } }) as unknown as Dialect),
	}) as unknown as Provider;

it('is shown once, with the provider that it is about', () => {
	const notices = cancelNotices([
		providerOf('silent', undefined),
		providerOf('costly', 'It costs.', 'It costs.', undefined),
	]);
	expect(notices).toMatchObject([
		{
			displayName: 'It costs.',
			type: 'notice',
			displayOptions: { show: { provider: ['costly'] } },
		},
	]);
});
