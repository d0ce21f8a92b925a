/** Removes the rounding errors of binary fractions: balances are dollars at one provider. */
export const exactly = (amount: number): number => Math.round(amount * 1e6) / 1e6;
