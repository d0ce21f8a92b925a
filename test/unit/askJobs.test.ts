/** How a waiting execution asks for its jobs: all that are named, and otherwise as few as show that one is open. */
import { failure, inputFault, success } from '../../nodes/Seedance/core/fault';
import { newJob, type Job } from '../../nodes/Seedance/core/job';
import { askJobs } from '../../nodes/Seedance/runtime/callbacks/askJobs';

/** `c` completed, `q` queued, `x` a fault; a job for each letter. */
async function asking(states: string, which: 'named' | 'open') {
	const asked: number[] = [];
	const settled: string[] = [];
	let underWay = 0;
	let most = 0;
	const ask = async (id: string) => {
		asked.push(Number(id));
		most = Math.max(most, (underWay += 1));
		await new Promise(setImmediate);
		underWay -= 1;
		const state = states[Number(id)];
		if (state === 'x') return failure(inputFault('No'));
		const status: Job['status'] = state === 'c' ? 'completed' : 'queued';
		return success({ ...newJob(id, 'p'), status });
	};
	const jobIds = [...states].map((_, n) => String(n));
	const answer = await askJobs(
		{ do: 'ask', which, jobIds },
		ask,
		({ jobId }) => void settled.push(jobId),
	);
	return { answer, asked: asked.length, settled: settled.length, most };
}

it.each<[string, 'named' | 'open', string, number, number]>([
	['ccc', 'open', 'settled', 3, 3],
	['qcc', 'open', 'open', 1, 0],
	['cqc', 'open', 'open', 3, 2],
	['xcc', 'open', 'fault', 1, 0],
	['cqcq', 'named', 'open', 4, 2],
	['ccc', 'named', 'settled', 3, 3],
	['qx', 'named', 'fault', 2, 0],
	['xq', 'named', 'fault', 2, 0],
	['', 'open', 'settled', 0, 0],
])('%s, %s: %s, after %i questions, %i settled', async (states, which, answer, asked, settled) => {
	expect(await asking(states, which)).toMatchObject({ answer, asked, settled });
});

it('asks for few at a time: one, two, four, and five', async () => {
	expect(await asking('c'.repeat(20), 'open')).toMatchObject({ asked: 20, most: 5 });
	expect((await asking('ccccccc', 'open')).most).toBe(4);
	expect((await asking('cqccccc', 'open')).asked).toBe(3);
	expect((await asking('cccqcccccc', 'open')).asked).toBe(7);
	expect((await asking('c'.repeat(20), 'named')).most).toBe(5);
});

it('asks for all that callbacks name, whatever is open, but not on and on where it is refused', async () => {
	expect(await asking(`q${'c'.repeat(19)}`, 'named')).toMatchObject({ asked: 20, settled: 19 });
	expect(await asking(`x${'c'.repeat(19)}`, 'named')).toMatchObject({ answer: 'fault', asked: 5 });
});
