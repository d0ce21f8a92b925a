import type { Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import { forEachConcurrent } from '../limits/concurrent';
import type { Answer, Question } from './waitState';

/** Status requests of one wait that are under way at once; the rate limiter sets the pace. */
const ASK_WIDTH = 5;

/** Providers work in the order of submission: one question tells in most cases that not all are settled. */
export async function askJobs(
	{ which, jobIds }: Question,
	ask: (jobId: string) => Promise<Outcome<Job>>,
	onSettled: (job: Job) => void,
): Promise<Answer> {
	const isNamed = which === 'named';
	let worst: Answer = 'settled';
	const askOne = async (id: string) => {
		const asked = await ask(id);
		const isOpen = asked.ok && !isSettled(asked.value);
		if (asked.ok && !isOpen) onSettled(asked.value);
		else if (!isOpen || worst === 'settled') worst = isOpen ? 'open' : 'fault';
		return asked.ok && (isNamed || !isOpen) ? 'continue' : 'stop';
	};
	let width = isNamed ? jobIds.length : 1;
	for (let first = 0; first < jobIds.length && worst === 'settled'; first += width) {
		if (first > 0) width = Math.min(2 * width, ASK_WIDTH);
		await forEachConcurrent(jobIds.slice(first, first + width), ASK_WIDTH, askOne);
	}
	return worst;
}
