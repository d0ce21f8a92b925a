import type { Balance, Endpoint } from '../../core/provider';
import { z } from '../../core/zod';

const body = z.object({ data: z.object({ total_credits: z.number(), total_usage: z.number() }) });

/** US dollars: what was bought, less what was used. [doc] To a hundredth of a cent, because a difference is not exact. */
export const credits: Endpoint<void, Balance> = {
	request: () => ({ method: 'GET', path: '/credits' }),
	response: (reply) => {
		const { total_credits: bought, total_usage: used } = body.parse(reply).data;
		const left = Math.round((bought - used) * 10_000) / 10_000;
		return { credits: left, currency: 'usd', tier: null };
	},
};
