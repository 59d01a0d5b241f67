import type { RunReported } from '#contracts';

/** A report on its way to the stream and to Postgres. */
export interface IncomingReport {
  readonly event: RunReported;
  /** Whether the producer chose its request_id, so that it may come again, or another under the same key. */
  readonly isKeyed: boolean;
}
