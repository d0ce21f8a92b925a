/**
 * An exact point in time or duration: `units / timescale` seconds. Fractions, so that a film of many clips with different
 * time scales does not accumulate rounding errors.
 */
export interface Time {
	readonly units: bigint;
	readonly timescale: bigint;
}

/**
 * @param units a whole number
 * @param timescale units per second, above 0
 */
export const time = (units: number, timescale: number): Time => ({
	units: BigInt(units),
	timescale: BigInt(timescale),
});

export const ZERO = time(0, 1);

export function plus(one: Time, other: Time): Time {
	if (one.timescale === other.timescale) {
		return { units: one.units + other.units, timescale: one.timescale };
	}
	const timescale = leastCommonMultiple(one.timescale, other.timescale);
	const units =
		one.units * (timescale / one.timescale) + other.units * (timescale / other.timescale);
	return { units, timescale };
}

export const minus = (one: Time, { units, timescale }: Time): Time =>
	plus(one, { units: -units, timescale });

/** Negative if `one` comes first, 0 if both are the same. */
export const compare = (one: Time, other: Time): number => Number(minus(one, other).units);

/** In units of another time scale, rounded to the nearest; halves are rounded up. */
export const toUnits = (value: Time, timescale: number): number =>
	Number(floorOf(value.units * BigInt(timescale) * 2n + value.timescale, value.timescale * 2n));

/** In units of another time scale, rounded up. */
export const toUnitsUp = (value: Time, timescale: number): number =>
	Number(-floorOf(-value.units * BigInt(timescale), value.timescale));

export const toSeconds = ({ units, timescale }: Time): number => Number(units) / Number(timescale);

export const leastCommonMultiple = (one: bigint, other: bigint): bigint =>
	(one / greatestCommonDivisor(one, other)) * other;

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
	return other === 0n ? one : greatestCommonDivisor(other, one % other);
}

function floorOf(dividend: bigint, divisor: bigint): bigint {
	const quotient = dividend / divisor;
	return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
