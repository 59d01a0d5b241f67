import type { Taken } from './grown-database.js';

/** Ingest may become slower by a fifth, a query may take twice as long. */
export const INGEST_BAR = 0.8;
export const QUERY_BAR = 2;

/** One line of the table: the same on both databases. */
export class Comparison {
  /** Full to small. */
  readonly ratio: number;

  constructor(
    readonly label: string,
    readonly unit: 'runs/s' | 'ms',
    /** Medians. */
    readonly small: number,
    readonly full: number,
    /** Where a query missed its bar. */
    readonly taken?: { readonly small: Taken; readonly full: Taken },
  ) {
    this.ratio = full / small;
  }

  get isKept(): boolean {
    return this.unit === 'runs/s' ? this.ratio >= INGEST_BAR : this.ratio <= QUERY_BAR;
  }
}
