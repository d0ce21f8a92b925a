import { ACCOUNT_LIMITS, DEFAULT_ACCOUNT, RATE_WINDOW_MS } from '../decisions.ts';
import type { AccountOptions } from '../types.ts';
import type { Answer } from './answer.ts';

/** Sliding window over one key's requests. [us] Requests refused with 429 do not fill it. */
export class RateWindow {
	private readonly limit: number;
	private admitted: number[] = [];

	constructor(limit: number) {
		this.limit = limit;
	}

	/** 0 when the request may pass, else whole seconds until one may (at least 1). */
	retryAfterSeconds(nowMs: number): number {
		this.admitted = this.admitted.filter((at) => at > nowMs - RATE_WINDOW_MS);
		const oldest = this.admitted[0];
		if (this.admitted.length < this.limit || oldest === undefined) {
			this.admitted.push(nowMs);
			return 0;
		}
		return Math.max(1, Math.ceil((oldest + RATE_WINDOW_MS - nowMs) / 1000));
	}

	clear(): void {
		this.admitted = [];
	}
}

/** An answer that is given again for the same idempotency key. */
export interface Remembered {
	fingerprint: string;
	answer: Answer;
	/** Wall milliseconds since 1970. */
	at: number;
}

/** A customer's account: one key, one balance, one set of limits. */
export class Account {
	readonly id: string;
	readonly apiKey: string;
	readonly webhookSecret: string;
	readonly tier: string;
	readonly maxConcurrentJobs: number;
	readonly creditsAtStart: number;
	/** What can be spent: reservations are already taken off. */
	credits: number;
	readonly window: RateWindow;
	readonly remembered = new Map<string, Remembered>();

	constructor(options: AccountOptions, index: number) {
		this.id = options.id ?? `account-${index + 1}`;
		this.apiKey = options.apiKey ?? DEFAULT_ACCOUNT.apiKey + (index ? `-${index + 1}` : '');
		this.webhookSecret = options.webhookSecret ?? DEFAULT_ACCOUNT.webhookSecret;
		this.tier = options.tier ?? DEFAULT_ACCOUNT.tier;
		this.credits = options.credits ?? DEFAULT_ACCOUNT.credits;
		this.creditsAtStart = this.credits;
		this.maxConcurrentJobs = options.maxConcurrentJobs ?? ACCOUNT_LIMITS.maxConcurrentJobs;
		this.window = new RateWindow(options.requestsPerMinute ?? ACCOUNT_LIMITS.requestsPerMinute);
	}

	/** Back to how it was opened. */
	reset(): void {
		this.credits = this.creditsAtStart;
		this.window.clear();
		this.remembered.clear();
	}
}

/** All accounts, found by key or by name. */
export class Accounts {
	readonly all: Account[];

	constructor(options: AccountOptions[]) {
		this.all = (options.length ? options : [{}]).map((each, index) => new Account(each, index));
		const distinct = (values: string[]) => new Set(values).size === values.length;
		if (!distinct(this.all.map(({ apiKey }) => apiKey)) || !distinct(this.all.map(({ id }) => id)))
			throw new Error('Two accounts of the sandbox have the same key or the same id');
	}

	byKey(apiKey: string | undefined): Account | undefined {
		return this.all.find((account) => account.apiKey === apiKey);
	}

	/** The named account, or the first one. */
	named(id?: string): Account {
		const found = id === undefined ? this.all[0] : this.all.find((account) => account.id === id);
		if (!found) throw new Error(`The sandbox has no account "${id}"`);
		return found;
	}
}
