// What a bench is: something that is measured, and what the figures say about the targets we set ourselves.

export interface Bench {
	/** As it is called on the command line. */
	name: string;
	/** @param report told how far it is, now and then. @throws when there is nothing to tell; a missed target is no error */
	run(report: (text: string) => void): Promise<BenchResult>;
}

export interface BenchResult {
	title: string;
	/** One to three sentences: what is measured, against what, and how. */
	intro: string;
	columns: string[];
	rows: string[][];
	targets: Target[];
}

export interface Target {
	what: string;
	/** With its unit, as `measured`. */
	target: string;
	measured: string;
	met: boolean;
}

/** The middle one; the mean of the two in the middle where their number is even. */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
	if (low === undefined || high === undefined) throw new Error('The median of nothing');
	return (low + high) / 2;
}
