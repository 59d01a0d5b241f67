/** The log of a run: kept with it, bounded, and shown to people. */
export interface RunLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
