import { failure, inputFault, success } from '../../nodes/Seedance/core/fault';
import { newJob } from '../../nodes/Seedance/core/job';
import {
	CallbackCoordinator,
	type CallbackIo,
} from '../../nodes/Seedance/runtime/callbacks/coordinator';
import type { SelfCallResult } from '../../nodes/Seedance/runtime/callbacks/selfCall';
import { randomNumbers, VirtualClock } from './virtualClock.ts';

const ASK_MS = 100;
const HTTP_MS = 20;

interface Settings {
	jobs: number;
	processes?: number;
	/** Who takes the calls to the execution's own address, one after the other. */
	route?: (call: number) => number;
}

/** An execution that waits, the provider that its jobs run at, and the processes of n8n that are called back. */
class Play {
	readonly clock = new VirtualClock(0);
	readonly jobIds: string[];
	/** What each process of n8n has in memory. */
	readonly processes: CallbackCoordinator[];
	readonly settledAt = new Map<string, number>();
	readonly asked: string[] = [];
	/** When a job was asked for that no callback had named. */
	readonly askedAllAt: number[] = [];
	/** When the execution went on. */
	readonly resumed: number[] = [];
	/** When a callback was done with. */
	readonly ended: number[] = [];
	isDown = () => false;
	askMs = ASK_MS;
	reachesItself = true;
	deadline = Infinity;
	/** n8n cannot store that the execution goes on: its database is away. */
	cannotStore = false;
	/** How often it was seen that n8n has let the execution go on. */
	taken = 0;
	readonly unconfirmed: string[][] = [];
	isWaiting = true;
	ownCalls = 0;
	readonly #route: (call: number) => number;

	constructor({ jobs, processes = 1, route = () => 0 }: Settings) {
		this.jobIds = Array.from({ length: jobs }, (_, index) => `job ${index}`);
		this.processes = Array.from({ length: processes }, () => new CallbackCoordinator());
		this.#route = route;
	}

	/** The provider ends a job, and calls back unless the callback is lost. */
	settle(index: number, { at = this.clock.now(), process = 0, isLost = false } = {}): void {
		this.settledAt.set(this.jobIds[index]!, at);
		if (isLost) return;
		void this.clock.sleep(at - this.clock.now()).then(() => this.call([index], process));
	}

	/** A callback to n8n, which refuses it when the execution does not wait. */
	async call(named: number[], process = 0): Promise<SelfCallResult> {
		await this.clock.sleep(HTTP_MS);
		if (!this.isWaiting) return 'running';
		const ids = named.map((index) => this.jobIds[index] ?? `other job ${index}`);
		const notice = { jobIds: this.jobIds, ended: ids };
		const callback = { waitId: 'the wait', ...notice, resumeBefore: this.deadline };
		void this.processes[process]!.receive(callback, this.#io).then(
			(output) => {
				this.ended.push(this.clock.now());
				if (output === undefined) return;
				this.resumed.push(this.clock.now());
				this.isWaiting = this.cannotStore;
			},
			() => undefined,
		);
		return 'accepted';
	}

	resume = async (): Promise<string[]> => Promise.resolve(this.jobIds);

	readonly #io: CallbackIo<string[]> = {
		clock: this.clock,
		ask: async (id, isNamed) => {
			this.asked.push(id);
			if (!isNamed) this.askedAllAt.push(this.clock.now());
			const isOver = (this.settledAt.get(id) ?? Infinity) <= this.clock.now();
			await this.clock.sleep(this.askMs);
			if (this.isDown()) return failure(inputFault('down'));
			return success({ ...newJob(id, 'seedance'), status: isOver ? 'completed' : 'processing' });
		},
		callSelf: async () => {
			this.ownCalls += 1;
			if (!this.reachesItself) return 'unreachable';
			const result = await this.call([], this.#route(this.ownCalls));
			if (result === 'running' && this.resumed.length > 0) this.taken += 1;
			return result;
		},
		resume: (settled) => {
			expect([...settled.keys()].sort()).toEqual([...this.jobIds].sort());
			return this.resume();
		},
		onUnconfirmed: (ids) => void this.unconfirmed.push([...ids]),
	};
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('callbacks for one wait, in one process', () => {
	it.each([1, 2, 10, 100, 1_000])('%i in one second: each job is asked for once', async (jobs) => {
		const play = new Play({ jobs });
		for (const index of range(jobs)) play.settle(index, { at: (index * 1_000) / jobs });
		await play.clock.sleep(60_000);
		expect(play.resumed).toHaveLength(1);
		expect(play.asked).toHaveLength(jobs);
		expect(new Set(play.asked).size).toBe(jobs);
	});

	it('spread over an hour: two questions a job', async () => {
		const play = new Play({ jobs: 100 });
		for (const index of range(100)) play.settle(index, { at: index * 36_000 });
		await play.clock.sleep(4_000_000);
		expect(play.resumed).toHaveLength(1);
		// It is quiet for 30 s after each of them, so all the others are asked for: one question.
		expect(play.asked.length).toBeLessThanOrEqual(200);
	});

	it('resume it at once when the last one comes', async () => {
		const play = new Play({ jobs: 2 });
		play.settle(0, { at: 1_000 });
		play.settle(1, { at: 60_000 });
		await play.clock.sleep(100_000);
		expect(play.resumed).toEqual([60_000 + HTTP_MS + ASK_MS]);
		// Once between the two, and once to see that n8n has taken it.
		expect([play.ownCalls, play.taken]).toEqual([2, 1]);
	});

	it('leave their jobs to the one that asks, and end at once', async () => {
		const play = new Play({ jobs: 3 });
		play.settle(0);
		play.settle(1, { at: 10 });
		play.settle(2, { at: 20 });
		await play.clock.sleep(1_000);
		expect(play.asked).toEqual(play.jobIds);
		expect(play.ended).toEqual([10 + HTTP_MS, 20 + HTTP_MS, HTTP_MS + 2 * ASK_MS]);
		expect(play.resumed).toHaveLength(1);
	});

	it('do not keep n8n waiting when a later one takes over', async () => {
		const play = new Play({ jobs: 20 });
		for (const index of range(10)) play.settle(index, { at: index * 1_000 });
		await play.clock.sleep(60_000);
		const lateMs = play.ended.map((at, index) => at - index * 1_000);
		// The last one stays until it is quiet: whether it can come back is not known yet.
		expect(Math.max(...lateMs.slice(0, 9))).toBe(1_000 + HTTP_MS);
		expect(play.ended.at(-1)).toBeGreaterThan(19_000);
		play.settle(10);
		await play.clock.sleep(1_000);
		expect(play.ended.at(-1)).toBe(60_000 + HTTP_MS + ASK_MS);
	});

	it('are ignored once it has resumed', async () => {
		const play = new Play({ jobs: 1 });
		play.settle(0);
		await play.clock.sleep(1_000);
		play.isWaiting = true; // as n8n 1.x, for which it still waits
		await play.call([0]);
		await play.clock.sleep(18_000);
		await play.call([0]);
		expect(play.resumed).toHaveLength(1);
	});

	it('that come while the files are fetched change nothing', async () => {
		const play = new Play({ jobs: 1 });
		play.resume = async () => {
			await play.clock.sleep(300_000);
			return play.jobIds;
		};
		play.settle(0);
		for (const at of range(3)) void play.clock.sleep(at * 90_000).then(() => play.call([0]));
		await play.clock.sleep(400_000);
		expect(play.resumed).toHaveLength(1);
	});

	it('are not held up by one whose files could not be fetched', async () => {
		const play = new Play({ jobs: 1 });
		const { resume } = play;
		play.resume = () => Promise.reject(new Error('broken'));
		play.settle(0);
		await play.clock.sleep(1_000);
		play.resume = resume;
		await play.call([0]);
		await play.clock.sleep(1_000);
		expect(play.resumed).toHaveLength(1);
	});

	it('for jobs that are not waited for ask for all, not more often than every half second a job', async () => {
		const play = new Play({ jobs: 10 });
		for (const at of range(200)) void play.clock.sleep(at * 100).then(() => play.call([99]));
		await play.clock.sleep(60_000);
		expect(play.askedAllAt).toHaveLength(5);
		const pauses = play.askedAllAt.slice(1).map((at, index) => at - play.askedAllAt[index]!);
		expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5_000);
		expect(play.resumed).toEqual([]);
	});
});

describe('a callback that was lost', () => {
	it('is made up for when it is quiet after the last of the others', async () => {
		const play = new Play({ jobs: 10 });
		for (const index of range(10)) {
			play.settle(index, { at: index * 1_000, isLost: index === 3 });
		}
		await play.clock.sleep(60_000);
		expect(play.resumed).toHaveLength(1);
		// Half a second for each job, after the last at 9 s.
		expect(play.resumed[0]).toBeGreaterThan(14_000);
		expect(play.resumed[0]).toBeLessThan(15_000);
		expect(play.asked).toHaveLength(10);
	});

	it('costs little as long as others keep coming, and at most 30 s afterwards', async () => {
		const play = new Play({ jobs: 200 });
		for (const index of range(200)) {
			play.settle(index, { at: index * 20_000, isLost: index % 10 === 3 });
		}
		await play.clock.sleep(199 * 20_000 + 35_000);
		expect(play.resumed).toHaveLength(1);
		expect(play.asked.length).toBeLessThanOrEqual(250);
	});

	it('the last one: whoever calls without a job makes up for it', async () => {
		const play = new Play({ jobs: 2 });
		play.settle(0);
		play.settle(1, { at: 10_000, isLost: true });
		await play.clock.sleep(600_000);
		expect(play.resumed).toEqual([]);
		expect(play.asked.length).toBeLessThanOrEqual(3);
		await play.call([]);
		await play.clock.sleep(1_000);
		expect(play.resumed).toHaveLength(1);
	});
});

describe('when the API cannot be asked', () => {
	it('it is asked again until it can', async () => {
		const play = new Play({ jobs: 2 });
		play.isDown = () => play.clock.now() < 180_000;
		play.settle(0);
		play.settle(1);
		await play.clock.sleep(300_000);
		expect(play.resumed).toHaveLength(1);
		expect(play.asked.length).toBeLessThan(25);
	});

	it('for a moment, it is asked again soon, also for many jobs', async () => {
		const play = new Play({ jobs: 100 });
		play.isDown = () => play.clock.now() < 1_000;
		for (const index of range(100)) play.settle(index, { isLost: true });
		await play.call([]);
		await play.clock.sleep(20_000);
		expect(play.resumed).toHaveLength(1);
	});

	it('for hours, it is given up until the next callback', async () => {
		const play = new Play({ jobs: 2 });
		play.isDown = () => play.clock.now() < 7_200_000;
		play.settle(0);
		play.settle(1);
		await play.clock.sleep(7_300_000);
		expect(play.resumed).toEqual([]);
		expect(play.asked.length).toBeLessThan(50);
		await play.call([1]);
		await play.clock.sleep(60_000);
		expect(play.resumed).toHaveLength(1);
	});
});

describe("when the execution's own address cannot be reached from here", () => {
	it('the copy at hand is resumed, once', async () => {
		const play = new Play({ jobs: 10 });
		play.reachesItself = false;
		play.isDown = () => play.clock.now() > 12_000 && play.clock.now() < 100_000;
		for (const index of range(10)) play.settle(index, { at: index * 1_000, isLost: index === 3 });
		await play.clock.sleep(300_000);
		expect(play.resumed).toHaveLength(1);
	});

	it('only for a while, it is tried again', async () => {
		const play = new Play({ jobs: 10 });
		play.processes[0] = new CallbackCoordinator(true);
		play.reachesItself = false;
		for (const index of range(10)) play.settle(index, { at: index * 1_000, isLost: index === 3 });
		void play.clock.sleep(20_000).then(() => (play.reachesItself = true));
		await play.clock.sleep(60_000);
		expect(play.resumed).toHaveLength(1);
	});
});

describe('what n8n could not store', () => {
	it('is given to it again until it has, however long its database is away', async () => {
		const play = new Play({ jobs: 3 });
		play.cannotStore = true;
		play.reachesItself = false;
		for (const index of range(3)) play.settle(index);
		void play.clock.sleep(90_000).then(() => {
			play.cannotStore = false;
			play.reachesItself = true;
		});
		await play.clock.sleep(210_000);
		expect(play.isWaiting).toBe(false);
		expect(play.resumed).toHaveLength(2);
		await play.clock.sleep(300_000);
		expect([play.resumed.length, play.taken]).toEqual([2, 1]);
		// Asked for once: what is settled is remembered until n8n has taken it.
		expect(play.asked).toHaveLength(3);
	});
});

describe('what is settled', () => {
	it('is forgotten when n8n has let the execution go on', async () => {
		const play = new Play({ jobs: 1 });
		play.settle(0);
		await play.clock.sleep(30_000);
		expect([play.asked.length, play.taken]).toEqual([1, 1]);
		play.isWaiting = true;
		await play.call([]);
		await play.clock.sleep(1_000);
		expect(play.asked).toHaveLength(2);
	});

	it.each([
		['remembered while the execution waits, for hours', 20, Infinity, 2],
		['forgotten after the deadline', 20, 10, 3],
		['forgotten after a day', 30, Infinity, 3],
	])('is %s', async (_, hours, deadlineHours, questions) => {
		const play = new Play({ jobs: 2 });
		play.deadline = deadlineHours * 3_600_000;
		play.settle(0);
		await play.clock.sleep(2_000);
		play.settle(1, { isLost: true });
		expect(play.asked).toEqual(['job 0', 'job 1']);
		await play.clock.sleep(hours * 3_600_000);
		await play.call([]);
		await play.clock.sleep(1_000);
		expect(play.asked).toHaveLength(1 + questions);
	});
});

describe('a status that is behind the callbacks', () => {
	/** The callback comes, and so much later the provider says so when it is asked. */
	async function lagging(lagMs: number, { jobs = 1, reachesItself = true } = {}) {
		const play = new Play({ jobs });
		play.reachesItself = reachesItself;
		for (const index of range(jobs)) play.settle(index, { at: lagMs, isLost: true });
		await play.call(range(jobs));
		await play.clock.sleep(400_000);
		return play;
	}

	it.each([
		[30_000, true],
		[200_000, true],
		[100_000, false],
	])('for %i ms is waited for (own address reached: %s)', async (lagMs, reachesItself) => {
		const play = await lagging(lagMs, { reachesItself });
		expect(play.resumed).toHaveLength(1);
		expect(play.resumed[0]! - lagMs).toBeLessThan(61_000);
		expect(play.asked.length).toBeLessThan(9);
		expect(play.unconfirmed).toEqual([]);
	});

	it('for longer is left to the next call, and said', async () => {
		const play = await lagging(390_000);
		expect(play.resumed).toEqual([]);
		expect(play.unconfirmed).toEqual([['job 0']]);
		await play.call([]);
		await play.clock.sleep(1_000);
		expect(play.resumed).toHaveLength(1);
	});

	it('does not make the other callbacks ask for its job again', async () => {
		const play = new Play({ jobs: 20 });
		play.settle(0, { at: 60_000, isLost: true });
		void play.call([0]);
		for (const index of range(19)) play.settle(index + 1, { at: (index + 1) * 1_000 });
		await play.clock.sleep(200_000);
		expect(play.resumed).toHaveLength(1);
		expect(play.asked.filter((id) => id === 'job 0').length).toBeLessThan(8);
	});
});

it('an execution whose deadline has come is left to n8n', async () => {
	const play = new Play({ jobs: 1 });
	play.deadline = 0;
	play.settle(0);
	await play.clock.sleep(100_000);
	expect(play.resumed).toEqual([]);
});

it('an execution that has gone on while the provider was slow is left alone', async () => {
	const play = new Play({ jobs: 1 });
	play.askMs = 10_000;
	play.settle(0);
	await play.clock.sleep(9_000);
	play.isWaiting = false;
	await play.clock.sleep(300_000);
	expect(play.resumed).toEqual([]);
	expect(play.ownCalls).toBe(1);
});

it('an execution that has gone on meanwhile is left alone', async () => {
	const play = new Play({ jobs: 10 });
	for (const index of range(10)) play.settle(index, { at: index * 1_000, isLost: index === 3 });
	await play.clock.sleep(10_000);
	play.isWaiting = false;
	await play.clock.sleep(300_000);
	expect(play.resumed).toEqual([]);
	expect(play.askedAllAt).toEqual([]);
});

describe('callbacks for one wait, in several processes', () => {
	it.each([
		['its own', (call: number) => call % 2],
		['always the first', () => 0],
		['always the second', () => 1],
	])('resume it once; calls to itself reach %s', async (_, route) => {
		const play = new Play({ jobs: 100, processes: 2, route });
		for (const index of range(100)) {
			play.settle(index, { at: index * 1_000, process: index % 2 });
		}
		await play.clock.sleep(300_000);
		expect(play.resumed).toHaveLength(1);
		expect(play.resumed[0]).toBeLessThan(99_000 + 30_000 + 15_000);
		// Each of the two may have to ask for each job.
		expect(play.asked.length).toBeLessThanOrEqual(2 * 100 + 10);
	});

	it('resume it once, whatever the times, the processes and the routes', async () => {
		for (const seed of range(200)) {
			const random = randomNumbers(seed);
			const upTo = (max: number) => Math.floor(random() * max);
			const processes = 1 + upTo(4);
			const jobs = 1 + upTo(40);
			const play = new Play({ jobs, processes, route: () => upTo(processes) });
			const spreadMs = 10 ** (1 + upTo(6));
			for (const process of play.processes.keys())
				play.processes[process] = new CallbackCoordinator(random() < 0.5);
			const outage = upTo(600_000);
			play.isDown = () => play.clock.now() >= outage && play.clock.now() < outage + 60_000;
			const times = range(jobs).map(() => upTo(spreadMs));
			const last = times.indexOf(Math.max(...times));
			for (const [index, at] of times.entries()) {
				const isLost = index !== last && random() < 0.1;
				play.settle(index, { at, process: upTo(processes), isLost });
			}
			await play.clock.sleep(spreadMs + 900_000);
			expect({ seed, resumed: play.resumed.length }).toEqual({ seed, resumed: 1 });
		}
	});
});

it('callbacks for different waits do not wait for each other', async () => {
	const [slow, fast] = [new Play({ jobs: 1 }), new Play({ jobs: 1 })];
	slow.resume = async () => {
		await slow.clock.sleep(60_000);
		return slow.jobIds;
	};
	slow.settle(0);
	fast.settle(0);
	await fast.clock.sleep(1_000);
	expect(fast.resumed).toHaveLength(1);
});
