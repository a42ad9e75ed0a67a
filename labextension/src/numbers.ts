/** A float as it travels: JSON has no literal for the last three. */
export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** Return the float that a value on the wire stands for; NaN for none. */
export function numberOf(value: WireNumber | null | undefined): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}
