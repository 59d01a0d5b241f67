const KIBI = 1_024;

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The median, and the lowest and highest when there is more than one value. */
export function spread(values: readonly number[], digits = 0): string {
  const middle = formatted(median(values), digits);
  return values.length < 2
    ? middle
    : `${middle} (${formatted(Math.min(...values), digits)}–${formatted(Math.max(...values), digits)})`;
}

/** Medians of each group over several records: `executor 20, ingest 12`. */
export function groupMedians(records: readonly Readonly<Record<string, number>>[], unit = 1): string {
  const groups = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return groups
    .map((group) => `${group} ${formatted(median(records.map((record) => record[group] ?? 0)) / unit)}`)
    .join(', ');
}

export const MEBIBYTE = KIBI * KIBI;

export function formatted(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
