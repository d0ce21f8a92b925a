import type { Provider } from '../../core/provider';
import { ed25519 } from '../../core/ed25519';
import { standardWebhooks } from '../../core/signature';
import { anyJobId, readOrName } from '../../core/replies';
import { z } from '../../core/zod';
import { access } from './access';
import { dialect } from './dialect';
import { job, readJob } from './job';
import { models } from './models';

const words = z.string().trim().min(1);
const problem = z.object({ problem: z.object({ kind: words, text: words }) });

function fault(httpStatus: number, body: unknown) {
	// The common words of these say more than the text in the body.
	if (httpStatus === 401 || httpStatus === 429) return {};
	const { kind: code, text } = problem.safeParse(body).data?.problem ?? {};
	if (code === 'too_late') {
		return {
			code,
			message: 'The job is running and cannot be cancelled any more',
			hint: 'It continues and will be charged. Get its result with Check Status.',
		};
	}
	if (httpStatus === 402) {
		return { code, message: 'Not enough money in the Awkward Video account', hint: 'Top it up.' };
	}
	if (code === 'no_such_job' || httpStatus >= 500 || text === undefined) return { code };
	return { code, message: `Awkward Video did not accept the request: ${text}` };
}

const keySet = z.object({ keys: z.array(z.object({ x: z.string() })) });
const named = z.object({ handle: z.object({ ticket: anyJobId }) });

export const awkward: Provider = {
	...access,
	id: 'awkward',
	name: 'Awkward Video',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	callback: {
		signatures: [
			{
				...ed25519({
					signed: ['x-awkward-id', 'x-awkward-time'],
					timestamp: 'x-awkward-time',
					signature: 'x-awkward-signature',
				}),
				keys: {
					request: () => ({ method: 'GET', host: 'files', path: '/keys' }),
					response: (body) => keySet.parse(body).keys.map(({ x }) => x),
				},
			},
			standardWebhooks,
		],
		jobsIn: (body) => {
			const ticket = named.safeParse(body).data?.handle.ticket;
			return ticket === undefined ? [] : [readOrName(ticket, () => readJob(job.parse(body)))];
		},
	},
	fault,
};
