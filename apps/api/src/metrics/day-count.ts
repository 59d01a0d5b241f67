/** How many readings a UTC day has at most. */
export interface DayCount {
  /** Such as 2026-11-22. */
  readonly day: string;
  readonly count: number;
}
