/** One row of the file of earthquakes. */
export interface Earthquake {
  /** UTC, as in `2011-03-11`. */
  readonly date: string;
  /** Moment magnitude. */
  readonly magnitude: number;
  readonly place: string;
}

const ROW_PATTERN = /^(\d{4}-\d{2}-\d{2}),(\d+(?:\.\d+)?),(?:"([^"]+)"|([^",]+))$/;

/**
 * Reads CSV with the columns date, magnitude and place under one line of headings.
 * @throws Error naming the line that cannot be read
 */
export function parseEarthquakes(csv: string): Earthquake[] {
  const [, ...rows] = csv.trimEnd().split(/\r?\n/);
  return rows.map((row, index) => {
    const [, date, magnitude, quotedPlace, plainPlace] = ROW_PATTERN.exec(row) ?? [];
    const place = quotedPlace ?? plainPlace;
    if (date === undefined || place === undefined) {
      throw new Error(`Line ${index + 2} is not a date, a magnitude and a place`);
    }
    return { date, magnitude: Number(magnitude), place };
  });
}
