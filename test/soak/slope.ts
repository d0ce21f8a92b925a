// A straight line through measurements, and how sure it is.

export interface Point {
	x: number;
	y: number;
}

/** Change of y for each unit of x, with its 95 % confidence interval. */
export interface Slope {
	estimate: number;
	low: number;
	high: number;
}

/** Of the normal distribution: there are always some dozens of measurements. */
const SURE = 1.96;

/**
 * Least squares. Measurements of a process hang together, each with the one before, and so say less than as many
 * independent ones: the interval is widened by what their errors have in common (an AR(1) process).
 *
 * @param points in the order of x, at about equal distances
 * @throws when there are fewer than four
 */
export function slopeOf(points: readonly Point[]): Slope {
	const count = points.length;
	if (count < 4) throw new Error(`No slope through ${count} measurements`);
	const middle = { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) };
	const spread = sum(points.map(({ x }) => (x - middle.x) ** 2));
	const estimate = sum(points.map(({ x, y }) => (x - middle.x) * (y - middle.y))) / spread;
	const errors = points.map(({ x, y }) => y - middle.y - estimate * (x - middle.x));
	const squares = sum(errors.map((error) => error ** 2));
	const standardError = Math.sqrt(squares / (count - 2) / spread);
	const margin = SURE * standardError * widening(errors, squares);
	return { estimate, low: estimate - margin, high: estimate + margin };
}

function widening(errors: readonly number[], squares: number): number {
	if (squares === 0) return 1;
	const products = errors.slice(1).map((error, index) => error * (errors[index] ?? 0));
	const correlation = Math.min(0.95, Math.max(0, sum(products) / squares));
	return Math.sqrt((1 + correlation) / (1 - correlation));
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
