/** The instants at which a schedule fires. They follow from its rule alone, never from when somebody begins to count. */
export interface Instants {
  /** The first instant after `afterMs`, both milliseconds since the epoch; Infinity when there is none. */
  next(afterMs: number): number;
}
