import { RATE_WINDOW_MS } from '../decisions.ts';
import type {
	AccountLedger,
	CallbackRecord,
	LedgerSnapshot,
	MediaRecord,
	RequestRecord,
} from '../types.ts';
import type { Account, Accounts } from './account.ts';
import { exactly } from './money.ts';

type Entry = 'reserved' | 'charged' | 'refunded';

/** Counters of one account that cannot be derived from the requests. */
interface Counts {
	submitsReplayed: number;
	requestsRefused: number;
	jobsCreated: number;
	jobsCompleted: number;
	jobsFailed: number;
	jobsCancelled: number;
	processing: number;
	peakUnsettledJobs: number;
	peakProcessingJobs: number;
	reserved: number;
	charged: number;
	refunded: number;
}

const noCounts = (): Counts => ({
	submitsReplayed: 0,
	requestsRefused: 0,
	jobsCreated: 0,
	jobsCompleted: 0,
	jobsFailed: 0,
	jobsCancelled: 0,
	processing: 0,
	peakUnsettledJobs: 0,
	peakProcessingJobs: 0,
	reserved: 0,
	charged: 0,
	refunded: 0,
});

/** The maximum number of moments within any window of `spanMs`. The moments are in ascending order. */
export function peakInWindow(moments: number[], spanMs: number): number {
	let first = 0;
	let peak = 0;
	moments.forEach((moment, index) => {
		while ((moments[first] ?? moment) <= moment - spanMs) first += 1;
		peak = Math.max(peak, index - first + 1);
	});
	return peak;
}

const unsettled = (counts: Counts): number =>
	counts.jobsCreated - counts.jobsCompleted - counts.jobsFailed - counts.jobsCancelled;

/** The sandbox's own ledger. It contains nothing that a client says about itself. */
export class Ledger {
	private readonly accounts: Accounts;
	private readonly counts = new Map<string, Counts>();
	private requests: RequestRecord[] = [];
	private callbacks: CallbackRecord[] = [];
	private media: MediaRecord[] = [];

	constructor(accounts: Accounts) {
		this.accounts = accounts;
	}

	request(record: RequestRecord): void {
		this.requests.push(record);
	}

	callback(record: CallbackRecord): void {
		this.callbacks.push(record);
	}

	mediaRequest(record: MediaRecord): void {
		this.media.push(record);
	}

	replayed(account: Account): void {
		this.of(account).submitsReplayed += 1;
	}

	refused(account: Account): void {
		this.of(account).requestsRefused += 1;
	}

	jobCreated(account: Account): void {
		const counts = this.of(account);
		counts.jobsCreated += 1;
		counts.peakUnsettledJobs = Math.max(counts.peakUnsettledJobs, unsettled(counts));
	}

	jobStarted(account: Account): void {
		const counts = this.of(account);
		counts.processing += 1;
		counts.peakProcessingJobs = Math.max(counts.peakProcessingJobs, counts.processing);
	}

	jobSettled(
		account: Account,
		state: 'completed' | 'failed' | 'cancelled',
		wasProcessing: boolean,
	): void {
		const counts = this.of(account);
		if (wasProcessing) counts.processing -= 1;
		if (state === 'completed') counts.jobsCompleted += 1;
		if (state === 'failed') counts.jobsFailed += 1;
		if (state === 'cancelled') counts.jobsCancelled += 1;
	}

	money(account: Account, entry: Entry, credits: number): void {
		const counts = this.of(account);
		counts[entry] = exactly(counts[entry] + credits);
	}

	/** A copy that does not change later. */
	snapshot(): LedgerSnapshot {
		return structuredClone({
			accounts: this.accounts.all
				.filter((account) => !this.accounts.isSpare(account) || this.isUsed(account))
				.map((account) => this.account(account)),
			requests: this.requests,
			callbacks: this.callbacks,
			media: this.media,
			mediaDownloads: this.media.filter((each) => each.status === 200 && each.method === 'GET')
				.length,
			keyReachedMediaHost: this.media.some((each) => each.carriedKey),
		});
	}

	private isUsed(account: Account): boolean {
		return this.requests.some(({ keyId }) => keyId === account.id);
	}

	account(account: Account): AccountLedger {
		const counts = this.of(account);
		const mine = this.requests.filter((request) => request.keyId === account.id);
		return {
			account: account.id,
			provider: account.provider,
			tier: account.tier,
			requests: mine.length,
			submitsReceived: mine.filter((request) => request.kind === 'submit').length,
			submitsReplayed: counts.submitsReplayed,
			requestsRefused: counts.requestsRefused,
			peakRequestsPerMinute: peakInWindow(
				mine.map((request) => request.at),
				RATE_WINDOW_MS,
			),
			jobsCreated: counts.jobsCreated,
			jobsCharged: counts.jobsCompleted,
			jobsCompleted: counts.jobsCompleted,
			jobsFailed: counts.jobsFailed,
			jobsCancelled: counts.jobsCancelled,
			jobsUnsettled: unsettled(counts),
			peakUnsettledJobs: counts.peakUnsettledJobs,
			peakProcessingJobs: counts.peakProcessingJobs,
			creditsAtStart: account.creditsAtStart,
			creditsAvailable: account.credits,
			creditsReserved: exactly(counts.reserved - counts.charged - counts.refunded),
			creditsCharged: counts.charged,
			creditsRefunded: counts.refunded,
		};
	}

	clear(): void {
		this.counts.clear();
		this.requests = [];
		this.callbacks = [];
		this.media = [];
	}

	private of(account: Account): Counts {
		const known = this.counts.get(account.id) ?? noCounts();
		this.counts.set(account.id, known);
		return known;
	}
}
