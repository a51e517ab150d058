// The middle one of several measurements. Used by the bench's scenarios.

/** Of an odd number of values; NaN of none. */
export const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
