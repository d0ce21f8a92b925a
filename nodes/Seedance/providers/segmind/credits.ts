import type { Balance, Endpoint } from '../../core/provider';
import { optionalNumber } from '../../core/replies';
import { z } from '../../core/zod';
import { errorBody } from './fault';

const noBalanceBody = errorBody.refine(({ error }) => /credit|balance/i.test(error));

const creditsBody = z
	.object({ credits: z.number(), 'free-credits': optionalNumber })
	// A 404 with this text means an account that never had a balance. [pub] Any other 404 says nothing about credits: a
	// wrong address returns one as well.
	.or(noBalanceBody.transform(() => ({ credits: 0, 'free-credits': 0 })));

/** US dollars: paid and free credits together. [pub] */
export const credits: Endpoint<void, Balance> = {
	request: () => ({ method: 'GET', path: '/v1/get-user-credits' }),
	response: (body) => {
		const { credits: paid, 'free-credits': free } = creditsBody.parse(body);
		return { credits: paid + (free ?? 0), currency: 'usd', tier: null };
	},
	answers: [404],
};
