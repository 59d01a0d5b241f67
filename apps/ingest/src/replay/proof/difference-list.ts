import type { DifferenceKind, ProofReport } from '#contracts';

const NAMED = 50;

/** Counts what does not agree, and names the first of it. */
export class DifferenceList {
  constructor(private readonly report: ProofReport) {}

  add(kind: DifferenceKind, of: string, detail: string): void {
    this.report.difference_count += 1;
    if (this.report.differences.length < NAMED) {
      this.report.differences.push({ kind, of, detail });
    }
  }

  /** More of the same that have no name here. */
  addUnnamed(count: number): void {
    this.report.difference_count += count;
  }
}
