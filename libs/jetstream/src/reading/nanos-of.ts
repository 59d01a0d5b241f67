const FRACTION = /\.(\d{1,9})/;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Nanoseconds since the epoch of an instant in ISO 8601, of which `Date` keeps the milliseconds only. */
export function nanosOf(timestamp: string): bigint {
  const [, fraction = ''] = FRACTION.exec(timestamp) ?? [];
  const seconds = Date.parse(timestamp.replace(FRACTION, '')) / 1_000;
  return BigInt(seconds) * NANOS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
}
