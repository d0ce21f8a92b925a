import { RATE_WINDOW_MS } from '../decisions.ts';
import type { StandIn } from '../dialects/dialect.ts';
import type { AccountOptions, ModelArkAccount } from '../types.ts';
import type { Answer } from './answer.ts';

/** Sliding window over one key's requests. [us] Requests refused with 429 do not fill it. */
export class RateWindow {
	private readonly limit: number;
	private readonly spanMs: number;
	private admitted: number[] = [];

	constructor(limit: number, spanMs: number = RATE_WINDOW_MS) {
		this.limit = limit;
		this.spanMs = spanMs;
	}

	/** 0 if the request is allowed, otherwise the whole seconds until one is allowed (at least 1). */
	retryAfterSeconds(nowMs: number): number {
		this.admitted = this.admitted.filter((at) => at > nowMs - this.spanMs);
		const oldest = this.admitted[0];
		if (this.admitted.length < this.limit || oldest === undefined) {
			this.admitted.push(nowMs);
			return 0;
		}
		return Math.max(1, Math.ceil((oldest + this.spanMs - nowMs) / 1000));
	}

	clear(): void {
		this.admitted = [];
	}
}

/** At most so many requests in any span of wall time, counted apart from others under a name of its own. */
export interface RateLimit {
	name: string;
	requests: number;
	spanMs: number;
}

/** A stored answer that is repeated for the same idempotency key. */
export interface Remembered {
	fingerprint: string;
	answer: Answer;
	/** Wall milliseconds since 1970. */
	at: number;
}

/** A customer's account: one key, one balance, one set of limits. */
export class Account {
	readonly id: string;
	readonly provider: string;
	readonly apiKey: string;
	readonly webhookSecret: string;
	readonly tier: string;
	readonly freeCredits: number;
	readonly maxConcurrentJobs: number;
	readonly creditsAtStart: number;
	/** The available balance, without reserved credits. */
	credits: number;
	readonly requestsPerMinute: number;
	readonly modelArk: ModelArkAccount;
	readonly window: RateWindow;
	private readonly windows = new Map<string, RateWindow>();
	readonly remembered = new Map<string, Remembered>();

	/** `name` is that of the provider's first account, and `index` counts its accounts. */
	constructor(options: AccountOptions, { provider, account: defaults }: StandIn, index: number) {
		this.provider = provider;
		const suffix = index ? `-${index + 1}` : '';
		this.id = options.id ?? provider + suffix;
		this.apiKey = options.apiKey ?? defaults.apiKey + suffix;
		this.webhookSecret = options.webhookSecret ?? defaults.webhookSecret;
		this.tier = options.tier ?? defaults.tier;
		this.freeCredits = options.freeCredits ?? 0;
		this.credits = options.credits ?? defaults.credits;
		this.creditsAtStart = this.credits;
		this.maxConcurrentJobs = options.maxConcurrentJobs ?? defaults.maxConcurrentJobs;
		this.requestsPerMinute = options.requestsPerMinute ?? defaults.requestsPerMinute;
		this.modelArk = options.modelArk ?? {};
		this.window = new RateWindow(this.requestsPerMinute);
	}

	/** The window of a limit that only some requests count towards. */
	windowOf({ name, requests, spanMs }: RateLimit): RateWindow {
		const window = this.windows.get(name) ?? new RateWindow(requests, spanMs);
		this.windows.set(name, window);
		return window;
	}

	/** Resets the account to its initial state. */
	reset(): void {
		this.credits = this.creditsAtStart;
		this.window.clear();
		this.windows.clear();
		this.remembered.clear();
	}
}

/** All accounts, found by key or by name: the given ones, and a default account for each provider without one. */
export class Accounts {
	readonly all: Account[];
	/** Headers that contain a key at any provider. */
	readonly keyHeaders: readonly string[];
	private readonly first: string;
	private readonly given: ReadonlySet<string>;

	/** An account without a provider is one of the first stand-in. */
	constructor(options: AccountOptions[], standIns: readonly StandIn[]) {
		this.first = standIns[0]?.provider ?? '';
		const providerOf = ({ provider = this.first }: AccountOptions) => provider;
		this.given = new Set(options.map(providerOf));
		const stranger = [...this.given].find(
			(id) => !standIns.some(({ provider }) => provider === id),
		);
		if (stranger !== undefined) throw new Error(`The sandbox has no provider "${stranger}"`);
		this.all = standIns.flatMap((standIn) => {
			const mine = options.filter((each) => providerOf(each) === standIn.provider);
			return (mine.length ? mine : [{}]).map((each, index) => new Account(each, standIn, index));
		});
		this.keyHeaders = [...new Set(standIns.map(({ keyHeader }) => keyHeader))];
		const distinct = (values: string[]) => new Set(values).size === values.length;
		if (!distinct(this.all.map(({ apiKey }) => apiKey)) || !distinct(this.all.map(({ id }) => id)))
			throw new Error('Two accounts of the sandbox have the same key or the same id');
	}

	/** The account with this key, restricted to a provider if one is given. */
	byKey(apiKey: string | undefined, provider?: string): Account | undefined {
		return this.all.find(
			(account) =>
				account.apiKey === apiKey && (provider === undefined || provider === account.provider),
		);
	}

	/** The named account, or the first one of a provider. */
	named(id?: string, provider: string = this.first): Account {
		const found = this.all.find((account) =>
			id === undefined ? account.provider === provider : account.id === id,
		);
		if (!found) throw new Error(`The sandbox has no account "${id ?? provider}"`);
		return found;
	}

	/** Whether it is the unused default account of a provider. */
	isSpare({ provider }: Account): boolean {
		return provider !== this.first && !this.given.has(provider);
	}
}
