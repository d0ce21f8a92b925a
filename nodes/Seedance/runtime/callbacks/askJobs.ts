import type { Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import { CALLS_AT_ONCE_IN_A_CALLBACK, forEachConcurrent } from '../limits/concurrent';
import type { Answer, Question } from './waitState';

/**
 * Asks for the jobs in the order of their submission, because providers work in that order. So the first request usually
 * shows that not all of them are settled.
 */
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
		return asked.ok && (isNamed || !isOpen) ? undefined : 'stop';
	};
	let width = isNamed ? jobIds.length : 1;
	for (let first = 0; first < jobIds.length && worst === 'settled'; first += width) {
		if (first > 0) width = Math.min(2 * width, CALLS_AT_ONCE_IN_A_CALLBACK);
		const some = jobIds.slice(first, first + width);
		await forEachConcurrent(some, CALLS_AT_ONCE_IN_A_CALLBACK, askOne);
	}
	return worst;
}
